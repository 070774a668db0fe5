import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import { HarborElement } from './element';

/** What the list below shows, and how to show other things: the unread ones only. */
@customElement('harbor-list-head')
export class ListHead extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    css`
      :host {
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
    `,
  ];

  @query('h2') private readonly heading!: HTMLElement;

  protected uses({ view, counts }: State): unknown[] {
    return [view, (counts?.unread ?? 0) > 0];
  }

  override focus(): void {
    this.heading.focus();
  }

  protected override render(): TemplateResult {
    const { words, state: { view, counts } } = this;
    const isInbox = view.folder === 'inbox';
    return html`
      <h2 id="title" tabindex="-1">${words[view.folder]}</h2>
      ${isInbox && (counts?.unread ?? 0) > 0
        ? html`<button class="button plain square" id="read-all" aria-label=${words.readAll} title=${words.readAll}
            @click=${(): void => void this.app.acting.readAll()}>${icons.checks}</button>`
        : nothing}
      ${isInbox ? this.filter() : nothing}`;
  }

  private filter(): TemplateResult {
    const { words, state } = this;
    const choice = (unreadOnly: boolean, label: string): TemplateResult => html`<button
      aria-pressed=${state.view.unreadOnly === unreadOnly}
      @click=${(): void => this.app.reading.view({ unreadOnly })}>${label}</button>`;
    return html`<div class="filter" role="group" aria-label=${words.filter}>${choice(false, words.all)}${choice(true, words.unread)}</div>`;
  }
}
