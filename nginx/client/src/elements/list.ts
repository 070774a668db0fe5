import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { sayProblem } from '../i18n/words';
import { shownItems, shownList } from '../store/selectors';
import type { Item, State } from '../store/state';
import { avatarStyles } from './avatar';
import { HarborElement } from './element';
import './list-head';
import type { ListHead } from './list-head';
import { listStyles } from './list-styles';
import { row, rowStyles } from './row';

@customElement('harbor-list')
export class MessageList extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    avatarStyles,
    rowStyles,
    listStyles,
  ];

  @query('harbor-list-head') private readonly head!: ListHead;

  protected uses({ lists, items, view }: State): unknown[] {
    return [lists, items, view];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.app.mailbox.show();
  }

  /** The keyboard comes in: to the open row, else the first, else what says that there is none. */
  enter(): void {
    const row = this.renderRoot.querySelector<HTMLElement>('.row[aria-current=true]') ?? this.renderRoot.querySelector<HTMLElement>('.row');
    (row ?? this.head).focus();
  }

  /** The row of a message, or if that is gone, the one that took its place. */
  focusRow(id: number): void {
    const rows = [...this.renderRoot.querySelectorAll<HTMLElement>('.row')];
    (rows.find((row) => Number(row.dataset['id']) <= id) ?? rows.at(-1) ?? this.head).focus();
  }

  protected override render(): TemplateResult {
    const { words, state } = this;
    const list = shownList(state);
    const items = shownItems(state);
    return html`
      <harbor-list-head></harbor-list-head>
      <div class="scroll" aria-busy=${list.status === 'loading'}>
        ${list.problem ? this.problem() : nothing}
        ${list.snapshot === null && list.status !== 'failed' ? this.bones() : nothing}
        ${list.snapshot !== null && items.length === 0 && list.nextCursor === null ? this.empty() : nothing}
        <ul aria-label=${words[state.view.folder]} @keydown=${this.onKey}>
          ${repeat(items, (item) => item.id, (item) => html`<li>${this.row(item)}</li>`)}
        </ul>
        ${list.nextCursor ? this.more(list.isLoadingMore) : nothing}
      </div>`;
  }

  /** A row is made again only when what it shows has changed: an arrival costs one row, not all. */
  private row(item: Item): unknown {
    const { words, state: { language, person, view: { messageId } } } = this;
    const me = person?.email ?? '';
    const isOpen = item.id === messageId;
    const open = (): void => this.app.reading.view({ messageId: item.id });
    const today = new Date().toDateString();
    return guard([item, isOpen, me, words, today], () => row(item, { language, words, me, isOpen, open }));
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
      : view.folder === 'archived' ? [words.emptyArchive, words.emptyArchiveHint]
      : [view.unreadOnly ? words.emptyUnread : words.emptyInbox, words.emptyInboxHint];
    return html`<div class="empty"><strong>${title}</strong><p>${hint}</p></div>`;
  }

  private more(isLoading: boolean): TemplateResult {
    return html`<div class="more">
      <button class="button" id="older" aria-disabled=${isLoading} @click=${(): void => void this.app.mailbox.more()}>
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
