import { css, html, nothing, type TemplateResult } from 'lit';
import { customElement, query } from 'lit/decorators.js';
import { sayField, sayProblem } from '../i18n/words';
import type { Question as Asked, State } from '../store/state';
import { HarborElement } from './element';
import { focused } from './focus';

const reasonLimit = 200;

/** Asks before something is done that cannot be taken back: deleting, recalling. */
@customElement('harbor-question')
export class Question extends HarborElement {
  static override styles = [
    ...HarborElement.styles,
    css`
      dialog {
        width: max-content;
        min-width: min(26rem, calc(100vw - 2rem));
        max-width: min(36rem, calc(100vw - 2rem));
        padding: 1.25rem;
        border: 1px solid var(--_line);
        border-radius: 16px;
        background: var(--_surface);
        color: inherit;
        box-shadow: var(--_shadow);
      }
      dialog::backdrop {
        background: rgb(10 18 26 / 45%);
      }
      form {
        display: grid;
        gap: 0.875rem;
      }
      h2 {
        font-size: 1.0625rem;
        font-weight: 650;
      }
      .hint {
        color: var(--_muted);
        text-wrap: pretty;
      }
      textarea {
        min-height: 4.5rem;
        resize: vertical;
      }
      .choices {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem;
        justify-content: end;
      }
      .wrong:empty {
        display: none;
      }
      @media (max-width: 480px) {
        .choices .button {
          flex: auto;
        }
      }
    `,
  ];

  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('textarea') private readonly reason!: HTMLTextAreaElement | null;
  private opener: HTMLElement | null = null;

  protected uses({ question }: State): unknown[] {
    return [question];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.opener = focused();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.opener?.isConnected) this.opener.focus();
  }

  protected override firstUpdated(): void {
    this.dialog.showModal();
    (this.reason ?? this.renderRoot.querySelector<HTMLElement>('#cancel'))?.focus();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, state: { question } } = this;
    if (!question) return nothing;
    const isRecall = question.kind === 'recall';
    const wrong = sayField(question.problem, 'reason');
    return html`<dialog aria-labelledby="title" aria-describedby="hint" @cancel=${this.onCancel}>
      <form @submit=${this.onSubmit} novalidate>
        <h2 id="title">${isRecall ? words.recallQuestion : words.deleteQuestion}</h2>
        <p class="hint" id="hint">${isRecall ? words.recallHint : question.isMine ? words.deleteMineHint : words.deleteHint}</p>
        ${isRecall ? this.field(wrong) : nothing}
        <div role="alert">${question.problem && !wrong ? html`<p class="problem">${sayProblem(question.problem)}</p>` : nothing}</div>
        <div class="choices">
          <button type="button" class="button" id="cancel" @click=${this.onCancel}>${words.cancel}</button>
          ${isRecall ? this.choice('recall', words.recall, question) : this.deletions(question)}
        </div>
      </form>
    </dialog>`;
  }

  private field(wrong: string | null): TemplateResult {
    return html`<div class="field">
      <label for="reason">${this.words.recallReason}</label>
      <textarea id="reason" class="input" maxlength=${reasonLimit} aria-invalid=${wrong !== null} aria-describedby="wrong"></textarea>
      <p class="wrong" id="wrong">${wrong}</p>
    </div>`;
  }

  private deletions(question: Asked): TemplateResult {
    const { words } = this;
    if (!question.isMine) return this.choice('me', words.remove, question);
    return html`${this.choice('me', words.deleteForMe, question, '')}${this.choice('all', words.deleteForAll, question)}`;
  }

  private choice(value: string, label: string, { isWorking }: Asked, look = 'danger'): TemplateResult {
    return html`<button class="button ${look}" id="do-${value}" value=${value} aria-disabled=${isWorking}>${label}</button>`;
  }

  private onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    const { question } = this.state;
    const choice = (event.submitter as HTMLButtonElement | null)?.value;
    if (!question || question.isWorking) return;
    if (question.kind === 'recall') void this.app.acting.recall(question, this.reason?.value.trim() ?? '');
    else void this.app.acting.remove(question, choice === 'all' ? 'all' : 'me');
  }

  private onCancel(event: Event): void {
    event.preventDefault();
    this.app.acting.ask(null);
  }
}
