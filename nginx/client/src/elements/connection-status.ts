import { css, html, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { clockTime } from '../i18n/times';
import type { State } from '../store/state';
import { disclosureStyles, onEscape, onFocusOut } from './disclosure';
import { HarborElement } from './element';

/** Whether what is shown is current, and since when. Opens to say what that means. */
@customElement('harbor-connection-status')
export class ConnectionStatus extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    disclosureStyles,
    css`
      :host {
        display: inline-block;
        position: relative;
      }
      summary {
        display: flex;
        align-items: center;
        gap: 0.5rem;
        min-height: 2.5rem;
        padding: 0 0.625rem;
        border-radius: var(--_radius);
        color: var(--_muted);
        font-size: 0.8125rem;
        white-space: nowrap;
      }
      summary:hover {
        background: var(--_raised);
      }
      .dot {
        width: 0.625rem;
        height: 0.625rem;
        border-radius: 50%;
        background: var(--_wait);
      }
      :host([phase='live']) .dot {
        background: var(--_live);
      }
      :host([phase='polling']) .dot {
        background: transparent;
        box-shadow: inset 0 0 0 3px var(--_wait);
      }
      :host([phase='offline']) .dot,
      :host([phase='stopped']) .dot {
        border-radius: 2px;
        background: var(--_off);
      }
      :host([phase='catching-up']) .dot {
        animation: breathe 1.2s ease-in-out infinite alternate;
      }
      @keyframes breathe {
        to {
          opacity: 0.35;
        }
      }
      .menu {
        width: max-content;
        max-width: min(18rem, 80vw);
        padding: 0.75rem 0.875rem;
        font-size: 0.875rem;
      }
      .since {
        font-variant-numeric: tabular-nums;
      }
      @media (max-width: 640px) {
        summary .since {
          display: none;
        }
        .menu {
          position: fixed;
          top: 3.75rem;
          right: 0.75rem;
          left: 0.75rem;
          width: auto;
          max-width: none;
        }
      }
    `,
  ];

  protected uses({ shown }: State): unknown[] {
    return [shown];
  }

  protected override render(): TemplateResult {
    const { phase, since, reason } = this.state.shown;
    const time = this.words.since(clockTime(this.state.language, since));
    return html`<details @focusout=${onFocusOut} @keydown=${onEscape}>
      <summary>
        <span class="dot"></span><span role="status" class="name">${this.words[phase]}</span>
        <span class="since">${since ? time : ''}</span>
      </summary>
      <p class="menu"><strong>${this.words[phase]}</strong> <span class="since">${time}</span><br>${reason === 'off' ? this.words.problems.messaging_off : this.words[`${phase}Hint`]}</p>
    </details>`;
  }

  protected override updated(): void {
    const { phase, since } = this.state.shown;
    this.setAttribute('phase', phase);
    this.setAttribute('since', new Date(since).toISOString());
  }
}
