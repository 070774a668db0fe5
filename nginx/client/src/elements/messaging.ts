import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { classMap } from 'lit/directives/class-map.js';
import { useAddress } from '../app/address';
import { titles } from '../i18n/titles';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import './app-bar';
import './compose';
import { HarborElement } from './element';
import './folders';
import './list';
import type { MessageList } from './list';
import './login';
import { messagingStyles } from './messaging-styles';
import './notice';
import './question';
import './reader';

/** The whole of messaging: sign-in, lists, reading, writing. `routes`: the page's address follows what is open. */
@customElement('harbor-messaging')
export class Messaging extends HarborElement {
  static override styles = [...HarborElement.styles, messagingStyles];

  @property({ type: Boolean }) routes = false;
  @query('harbor-list') private readonly list!: MessageList | null;
  private read: number | null = null;

  protected uses({ session, person, tenantId, view, draft, question, arrival, counts, shown }: State): unknown[] {
    return [session, person, tenantId, view.messageId, draft === null, question === null, arrival, counts, shown];
  }

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.routes) useAddress(this.app);
    this.app.seeing.show(true);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.app.seeing.show(false);
  }

  protected override render(): TemplateResult {
    const { session } = this.state;
    if (session === 'unknown') return html`<div class="start" role="status"><span class="unseen">${this.words.loading}</span>${icons.anchor}</div>`;
    if (session === 'signed-out') return html`<harbor-login></harbor-login>`;
    const { tenantId } = this.state;
    return html`${tenantId ? this.skip() : nothing}<harbor-app-bar role="banner"></harbor-app-bar>${tenantId ? this.mail() : this.homeless()}`;
  }

  private mail(): TemplateResult {
    const { view, draft, arrival, question, shown } = this.state;
    const { words } = this;
    return html`
      ${shown.phase === 'offline' ? html`<p class="strip">${shown.reason === 'off' ? words.problems.messaging_off : words.offlineHint}</p>` : nothing}
      <div class=${classMap({ panes: true, reads: view.messageId !== null })}>
        <harbor-folders></harbor-folders>
        <main>
          <harbor-list></harbor-list>
          <harbor-reader></harbor-reader>
        </main>
      </div>
      ${draft ? html`<harbor-compose></harbor-compose>` : nothing}
      <p class="unseen" aria-live="polite">${arrival ? words.arrived(arrival.sender, arrival.subject) : ''}</p>
      ${question ? html`<harbor-question></harbor-question>` : nothing}
      <harbor-notice @undone=${(event: CustomEvent<number>): void => this.backTo(event.detail)}></harbor-notice>`;
  }

  private skip(): TemplateResult {
    return html`<button class="button skip" @click=${(): void => this.list?.enter()}>${this.words.skipToList}</button>`;
  }

  private homeless(): TemplateResult {
    return html`<main class="homeless"><p>${this.words.noTenant}</p></main>`;
  }

  /** On a phone the list comes back with the row that was read. */
  private backToRow(): void {
    const { messageId } = this.state.view;
    const left = this.read;
    this.read = messageId;
    const where = this.shadowRoot?.activeElement;
    if (left === null || messageId !== null || (where && where.localName !== 'harbor-reader')) return;
    this.backTo(left);
  }

  private backTo(messageId: number): void {
    void this.list?.updateComplete.then(() => this.list?.focusRow(messageId));
  }

  protected override updated(): void {
    this.backToRow();
    const { counts, language, session } = this.state;
    if (!this.routes) return;
    const unseen = session === 'signed-in' ? (counts?.unseen ?? 0) : 0;
    document.title = (unseen > 0 ? `(${unseen}) ` : '') + titles[language].title;
  }
}
