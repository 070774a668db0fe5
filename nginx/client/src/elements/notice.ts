import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import { sayProblem } from '../i18n/words';
import type { Notice as Said, State } from '../store/state';
import { icons } from '../styles/icons';
import { HarborElement } from './element';

const shownMs = 4000;
const undoMs = 8000;

/** Says for a moment what was done. Fires `undone` with the message's id when that was taken back. */
@customElement('harbor-notice')
export class Notice extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    css`
      div {
        position: fixed;
        z-index: 20;
        right: 0;
        bottom: 1.5rem;
        left: 0;
        display: flex;
        gap: 0.5rem;
        align-items: center;
        width: max-content;
        max-width: calc(100vw - 2rem);
        margin: 0 auto;
        padding: 0.625rem 1rem;
        border-radius: var(--_radius);
        background: var(--_text);
        color: var(--_page);
        transition: 0.2s ease-out;
        transition-property: opacity, transform;
      }
      div:not(.shown) {
        opacity: 0;
        transform: translateY(0.5rem);
        visibility: hidden;
      }
      .button {
        min-height: 2rem;
        margin-inline: 0.25rem -0.375rem;
        padding: 0 0.75rem;
        border-color: currentColor;
        background: transparent;
      }
    `,
  ];

  private told: Said | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  protected uses({ notice }: State): unknown[] {
    return [notice];
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  protected override render(): TemplateResult {
    const { notice } = this.state;
    return html`<div class=${notice ? 'shown' : ''} role="status">${notice ? this.text(notice) : nothing}</div>`;
  }

  private text(notice: Said): TemplateResult {
    const { words } = this;
    if (notice.said === 'failed') return html`<p>${sayProblem(notice.problem)}</p>`;
    return html`${icons.check}<p>${words[notice.said]}</p>
      ${'messageId' in notice ? html`<button class="button" id="undo" @click=${(): void => void this.undo(notice)}>${words.undo}</button>` : nothing}`;
  }

  private async undo(notice: Extract<Said, { messageId: number }>): Promise<void> {
    await this.app.acting.undo(notice);
    this.dispatchEvent(new CustomEvent<number>('undone', { detail: notice.messageId }));
  }

  protected override updated(): void {
    const { notice } = this.state;
    if (notice === this.told) return;
    this.told = notice;
    clearTimeout(this.timer);
    if (notice) this.timer = setTimeout(() => this.end(), 'messageId' in notice ? undoMs : shownMs);
  }

  /** Not while the pointer or the keyboard is on it. */
  private end(): void {
    const isHeld = this.renderRoot.querySelector('div:is(:hover, :focus-within)') !== null;
    if (isHeld) this.timer = setTimeout(() => this.end(), shownMs);
    else this.app.store.dispatch({ type: 'notice', notice: null });
  }
}
