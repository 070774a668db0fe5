import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Folder, State } from '../store/state';
import { icons } from '../styles/icons';
import { forEars } from '../styles/shared';
import { HarborElement } from './element';

@customElement('harbor-folders')
export class Folders extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: 1rem;
        padding: 1rem 0.75rem;
      }
      ul {
        display: grid;
        gap: 0.25rem;
      }
      .folder {
        width: 100%;
        justify-content: start;
      }
      .folder[aria-current='page'],
      .folder[aria-current='page']:hover {
        background: var(--_chosen);
        font-weight: 650;
      }
      .count {
        margin-left: auto;
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 860px) {
        :host {
          flex-direction: row-reverse;
          align-items: center;
          justify-content: space-between;
          padding: 0.5rem 0.75rem;
          border-bottom: 1px solid var(--_line);
          background: var(--_surface);
        }
        nav {
          min-width: 0;
          margin: -0.25rem;
          padding: 0.25rem;
          overflow-x: auto; /* in languages of long words */
        }
        ul {
          display: flex;
        }
        .folder {
          padding: 0 0.75rem;
        }
        .folder svg {
          display: none;
        }
      }
      @media (max-width: 480px) {
        :host {
          gap: 0.5rem;
        }
        .folder {
          padding: 0 0.5rem;
          font-size: 0.875rem;
        }
        #compose {
          flex: none;
          width: 2.75rem;
          padding: 0;
        }
        #compose span {
          ${forEars}
        }
      }
    `,
  ];

  protected uses({ view, counts }: State): unknown[] {
    return [view, counts];
  }

  protected override render(): TemplateResult {
    return html`
      <button class="button main" id="compose" title=${this.words.compose} @click=${(): void => this.app.composing.start()}>
        ${icons.pen}<span>${this.words.compose}</span>
      </button>
      <nav aria-label=${this.words.folders}>
        <ul>
          ${this.folder('inbox', icons.inbox, this.state.counts?.unread ?? 0)} ${this.folder('sent', icons.sent, 0)}
          ${this.folder('archived', icons.archive, 0)}
        </ul>
      </nav>`;
  }

  private folder(folder: Folder, icon: TemplateResult, count: number): TemplateResult {
    const isOpen = this.state.view.folder === folder;
    const choose = (): void => this.app.reading.view({ folder, unreadOnly: false, messageId: null });
    return html`<li>
      <button class="button plain folder" data-folder=${folder} aria-current=${isOpen ? 'page' : 'false'} @click=${choose}>
        ${icon}${this.words[folder]}
        ${count > 0
          ? html`<span class="count" aria-hidden="true">${count}</span><span class="unseen">${this.words.unreadCount(count)}</span>`
          : nothing}
      </button>
    </li>`;
  }
}
