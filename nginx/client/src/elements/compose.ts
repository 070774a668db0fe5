import { html, nothing, type TemplateResult } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { live } from 'lit/directives/live.js';
import type { ApiError } from '../api/http';
import type { Priority } from '../api/types';
import { sayField, sayProblem } from '../i18n/words';
import { hasWords, type Draft, type State } from '../store/state';
import { icons } from '../styles/icons';
import { composeStyles } from './compose-styles';
import { HarborElement } from './element';
import { focused } from './focus';
import './recipient-picker';
import type { RecipientPicker } from './recipient-picker';

const priorities: Priority[] = ['low', 'normal', 'high', 'urgent'];

@customElement('harbor-compose')
export class Compose extends HarborElement {
  static override styles = [...HarborElement.styles, composeStyles];

  @state() private isAsking = false;
  @query('dialog') private readonly dialog!: HTMLDialogElement;
  @query('harbor-recipient-picker') private readonly picker!: RecipientPicker;
  @query('textarea') private readonly body!: HTMLTextAreaElement;

  private opener: HTMLElement | null = null;
  private refused: ApiError | null = null;

  protected uses({ draft }: State): unknown[] {
    return [draft];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.opener = focused();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.opener?.focus();
  }

  protected override firstUpdated(): void {
    this.dialog.showModal();
    void this.picker.updateComplete.then(() => (this.state.draft?.recipients.length ? this.body : this.picker).focus());
  }

  /** What was refused: the first field at fault takes the focus. */
  protected override updated(): void {
    const problem = this.state.draft?.problem ?? null;
    if (problem && problem !== this.refused) {
      const isPickers = this.wrong(problem, 'recipients') !== null;
      (isPickers ? this.picker : this.renderRoot.querySelector<HTMLElement>('[aria-invalid=true]'))?.focus();
    }
    this.refused = problem;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { words, state: { draft } } = this;
    if (!draft) return nothing;
    const isSending = draft.status === 'sending';
    return html`<dialog aria-labelledby="title" @cancel=${this.onCancel} @keydown=${this.onKey}>
      <form @submit=${this.onSubmit} novalidate>
        <div class="head">
          <h2 id="title">${this.heading(draft)}</h2>
          <button type="button" class="button plain square" id="close" aria-label=${words.close} @click=${this.onClose}>${icons.close}</button>
        </div>
        <div class="fields">
          <harbor-recipient-picker .chosen=${draft.recipients} .problem=${this.wrong(draft.problem, 'recipients') ?? ''}
            @chosen=${(event: CustomEvent<Draft['recipients']>): void => this.edit({ recipients: event.detail })}></harbor-recipient-picker>
          ${this.field(draft, 'subject', html`<input id="subject" class="input" maxlength="200" autocomplete="off" .value=${live(draft.subject)}
            aria-invalid=${this.wrong(draft.problem, 'subject') !== null} aria-describedby="subject-wrong" @input=${this.onText}>`)}
          ${this.field(draft, 'body', html`<textarea id="body" class="input" rows="9" .value=${live(draft.body)}
            aria-invalid=${this.wrong(draft.problem, 'body') !== null} aria-describedby="body-wrong" @input=${this.onText}></textarea>`)}
          ${this.original(draft)}
          <div role="alert">${draft.problem ? html`<p class="problem">${sayProblem(draft.problem)}</p>` : nothing}</div>
        </div>
        <div class="foot">${this.isAsking ? this.question() : this.actions(draft, isSending)}</div>
      </form>
    </dialog>`;
  }

  private heading({ replyTo, forwardOf }: Draft): string {
    const { words } = this;
    return replyTo ? words.replyTo(replyTo.subject) : forwardOf ? words.forwardOf(forwardOf.subject) : words.newMessage;
  }

  /** What is forwarded, as it will stand below. */
  private original({ forwardOf }: Draft): TemplateResult | typeof nothing {
    if (!forwardOf) return nothing;
    return html`<section class="original" aria-label=${this.words.original} tabindex="0"><p class="label">${this.words.original}</p>
      <div class="text" dir="auto">${forwardOf.body}</div></section>`;
  }

  private field(draft: Draft, name: 'subject' | 'body', input: TemplateResult): TemplateResult {
    return html`<div class="field ${name}">
      <label for=${name}>${this.words[name]}</label>${input}<p class="wrong" id="${name}-wrong">${this.wrong(draft.problem, name)}</p>
    </div>`;
  }

  private actions({ priority, attempt, problem }: Draft, isSending: boolean): TemplateResult {
    const { words } = this;
    return html`
      <label class="priority"><span class="label">${words.priority}</span>
        <select id="priority" @change=${this.onPriority}>
          ${priorities.map((one) => html`<option value=${one} ?selected=${one === priority}>${words.priorities[one]}</option>`)}
        </select>
      </label>
      <p class="state" role="status">${isSending && attempt > 1 ? words.retrying : ''}</p>
      <button class="button main" id="send" aria-disabled=${isSending}>
        ${icons.sent}${isSending ? words.sending : problem?.isPassing ? words.again : words.send}
      </button>`;
  }

  private question(): TemplateResult {
    const { words } = this;
    return html`<p class="state" role="alert">${words.discardQuestion}</p>
      <button type="button" class="button" id="keep" @click=${this.onKeep}>${words.keepWriting}</button>
      <button type="button" class="button danger" id="discard" @click=${(): void => this.app.composing.discard()}>${words.discard}</button>`;
  }

  private wrong(problem: ApiError | null, field: string): string | null {
    return sayField(problem, field);
  }

  private edit(change: Partial<Draft>): void {
    this.app.composing.edit(change);
  }

  private onText(event: Event): void {
    const { id, value } = event.target as HTMLInputElement | HTMLTextAreaElement;
    this.edit(id === 'subject' ? { subject: value } : { body: value });
  }

  private onPriority(event: Event): void {
    this.edit({ priority: (event.target as HTMLSelectElement).value as Priority });
  }

  private onSubmit(event: Event): void {
    event.preventDefault();
    void this.app.composing.send();
  }

  private onKey(event: KeyboardEvent): void {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.onSubmit(event);
  }

  /** Escape: asks, and takes the question back. */
  private onCancel(event: Event): void {
    event.preventDefault();
    if (this.isAsking) this.onKeep();
    else this.onClose();
  }

  private onClose(): void {
    const { draft } = this.state;
    if (!draft || !hasWords(draft)) this.app.composing.discard();
    else if (draft.status !== 'sending') void this.ask();
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    await this.updateComplete;
    this.renderRoot.querySelector<HTMLElement>('#keep')?.focus();
  }

  private onKeep(): void {
    this.isAsking = false;
    this.body.focus();
  }
}
