import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { sayProblem } from '../i18n/words';
import { shownItems, shownList } from '../store/selectors';
import type { Item, State } from '../store/state';
import { avatarStyles } from './avatar';
import { HarborElement } from './element';
import { row, rowStyles } from './row';

@customElement('harbor-list')
export class MessageList extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    avatarStyles,
    rowStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--_surface);
      }
      header {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 3.5rem;
        padding: 0 0.75rem 0 1rem;
        border-bottom: 1px solid var(--_line);
      }
      h2 {
        flex: 1;
        font-size: 1.0625rem;
        font-weight: 650;
      }
      .filter {
        display: flex;
        padding: 2px;
        border-radius: var(--_radius);
        background: var(--_raised);
      }
      .filter button {
        min-height: 2rem;
        padding: 0 0.75rem;
        border: 0;
        border-radius: 8px;
        background: transparent;
        color: var(--_muted);
        font-size: 0.8125rem;
        font-weight: 500;
      }
      .filter button[aria-pressed='true'] {
        background: var(--_pressed);
        color: var(--_text);
        box-shadow: 0 1px 2px rgb(0 0 0 / 18%);
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow-y: auto;
        overscroll-behavior: contain;
      }
      li {
        content-visibility: auto;
        contain-intrinsic-block-size: auto 5.75rem;
      }
      .empty {
        display: grid;
        gap: 0.25rem;
        padding: 4rem 1.5rem;
        text-align: center;
      }
      .empty p {
        color: var(--_muted);
      }
      .problem {
        display: grid;
        gap: 0.5rem;
        justify-items: start;
        margin: 0.75rem;
      }
      .more {
        display: flex;
        justify-content: center;
        padding: 1rem;
      }
      .bone {
        display: flex;
        gap: 0.75rem;
        padding: 0.75rem 1rem;
        border-bottom: 1px solid var(--_line);
        animation: pulse 1.2s ease-in-out infinite alternate;
      }
      .bone i {
        display: block;
        height: 0.75rem;
        margin: 0.375rem 0;
        border-radius: 6px;
        background: var(--_raised);
      }
      .bone .round {
        width: 2.5rem;
        height: 2.5rem;
        margin: 0;
        border-radius: 50%;
      }
      .bone div {
        flex: 1;
      }
      .bone .short {
        width: 45%;
      }
      @keyframes pulse {
        to {
          opacity: 0.5;
        }
      }
    `,
  ];

  protected uses({ lists, items, view }: State): unknown[] {
    return [lists, items, view];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.app.mailbox.show();
  }

  /** The keyboard comes in: to the open row, else the first, else what says that there is none. */
  enter(): void {
    const places = ['.row[aria-current=true]', '.row', '#title'];
    const found = places.map((place) => this.renderRoot.querySelector<HTMLElement>(place));
    found.find((place) => place !== null)?.focus();
  }

  focusRow(id: number): void {
    this.renderRoot.querySelector<HTMLElement>(`.row[data-id="${id}"]`)?.focus();
  }

  protected override render(): TemplateResult {
    const { words, state } = this;
    const list = shownList(state);
    const items = shownItems(state);
    return html`
      <header>
        <h2 id="title" tabindex="-1">${words[state.view.folder]}</h2>
        ${state.view.folder === 'inbox' ? this.filter() : nothing}
      </header>
      <div class="scroll" aria-busy=${list.status === 'loading'}>
        ${list.problem ? this.problem() : nothing}
        ${list.snapshot === null && list.status !== 'failed' ? this.bones() : nothing}
        ${list.snapshot !== null && items.length === 0 ? this.empty() : nothing}
        <ul aria-labelledby="title" @keydown=${this.onKey}>
          ${repeat(items, (item) => item.id, (item) => html`<li>${this.row(item)}</li>`)}
        </ul>
        ${list.nextCursor ? this.more(list.isLoadingMore) : nothing}
      </div>`;
  }

  /** A row is made again only when what it shows has changed: an arrival costs one row, not all. */
  private row(item: Item): unknown {
    const { words, state: { language, view: { folder, messageId } } } = this;
    const isOpen = item.id === messageId;
    const open = (): void => this.app.reading.view({ messageId: item.id });
    const today = new Date().toDateString();
    return guard([item, isOpen, folder, words, today], () => row(item, { language, words, folder, isOpen, open }));
  }

  private filter(): TemplateResult {
    const { words, state } = this;
    const choice = (unreadOnly: boolean, label: string): TemplateResult => html`<button
      aria-pressed=${state.view.unreadOnly === unreadOnly}
      @click=${(): void => this.app.reading.view({ unreadOnly })}>${label}</button>`;
    return html`<div class="filter" role="group" aria-label=${words.filter}>${choice(false, words.all)}${choice(true, words.unread)}</div>`;
  }

  private problem(): TemplateResult {
    const { problem } = shownList(this.state);
    return html`<div class="problem" role="alert">
      <p>${problem ? sayProblem(problem) : ''}</p>
      <button class="button" @click=${(): void => this.app.mailbox.again()}>${this.words.again}</button>
    </div>`;
  }

  private bones(): TemplateResult {
    const bone = html`<div class="bone" aria-hidden="true"><i class="round"></i><div><i class="short"></i><i></i></div></div>`;
    return html`<p class="unseen" role="status">${this.words.loading}</p>${[bone, bone, bone, bone, bone]}`;
  }

  private empty(): TemplateResult {
    const { words, state: { view } } = this;
    const [title, hint] =
      view.folder === 'sent' ? [words.emptySent, words.emptySentHint]
      : view.unreadOnly ? [words.emptyUnread, words.emptyInboxHint]
      : [words.emptyInbox, words.emptyInboxHint];
    return html`<div class="empty"><strong>${title}</strong><p>${hint}</p></div>`;
  }

  private more(isLoading: boolean): TemplateResult {
    return html`<div class="more">
      <button class="button" id="more" aria-disabled=${isLoading} @click=${(): void => void this.app.mailbox.more()}>
        ${isLoading ? this.words.loading : this.words.more}
      </button>
    </div>`;
  }

  /** Arrows walk through the rows; Tab does as well. */
  private onKey(event: KeyboardEvent): void {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('.row')];
    const at = rows.indexOf(event.target as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    rows[to]?.focus();
  }
}
