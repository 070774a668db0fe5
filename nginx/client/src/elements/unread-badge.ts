import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import { HarborElement } from './element';

/** How many messages came since the messaging page was last looked at. Stands in any app bar. */
@customElement('harbor-unread-badge')
export class UnreadBadge extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    css`
      :host {
        display: inline-flex;
      }
      .badge {
        position: relative;
        display: grid;
        place-items: center;
        width: 2.5rem;
        height: 2.5rem;
      }
      .count {
        position: absolute;
        top: 0.125rem;
        left: 1.25rem;
        min-width: 1.25rem;
        padding: 0 0.3125rem;
        border-radius: 1rem;
        background: var(--_danger);
        color: var(--_surface);
        font-size: 0.75rem;
        font-weight: 650;
        line-height: 1.25rem;
        text-align: center;
        font-variant-numeric: tabular-nums;
        box-shadow: 0 0 0 2px var(--_surface);
      }
    `,
  ];

  protected uses({ counts }: State): unknown[] {
    return [counts];
  }

  protected override render(): TemplateResult {
    const count = this.state.counts?.unseen ?? 0;
    const label = count === 0 ? this.words.noNewMessages : this.words.newMessages(count);
    return html`<span class="badge" role="img" aria-label=${label} title=${label}>
      ${icons.mail}${count === 0 ? nothing : html`<span class="count" part="count">${count > 99 ? '99+' : count}</span>`}
    </span>`;
  }

  protected override updated(): void {
    this.setAttribute('count', String(this.state.counts?.unseen ?? 0));
  }
}
