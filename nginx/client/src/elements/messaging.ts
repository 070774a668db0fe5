import { html, nothing, type TemplateResult } from 'lit';
import { customElement, property } from 'lit/decorators.js';
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
import './login';
import { messagingStyles } from './messaging-styles';
import './reader';

const noticeMs = 4000;

/** The whole of messaging: sign-in, lists, reading, writing. `routes`: the page's address follows what is open. */
@customElement('harbor-messaging')
export class Messaging extends HarborElement {
  static override styles = [...HarborElement.styles, messagingStyles];

  @property({ type: Boolean }) routes = false;

  protected uses({ session, person, tenantId, view, draft, arrival, notice, counts }: State): unknown[] {
    return [session, person, tenantId, view.messageId, draft === null, arrival, notice, counts];
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
    return html`<harbor-app-bar role="banner"></harbor-app-bar>${this.state.tenantId ? this.mail() : this.homeless()}`;
  }

  private mail(): TemplateResult {
    const { view, draft, arrival, notice } = this.state;
    const { words } = this;
    return html`
      <div class=${classMap({ panes: true, reads: view.messageId !== null })}>
        <harbor-folders></harbor-folders>
        <main>
          <harbor-list></harbor-list>
          <harbor-reader></harbor-reader>
        </main>
      </div>
      ${draft ? html`<harbor-compose></harbor-compose>` : nothing}
      <p class="unseen" aria-live="polite">${arrival ? words.arrived(arrival.sender, arrival.subject) : ''}</p>
      <p class=${classMap({ notice: true, shown: notice !== null })} role="status">${notice ? html`${icons.check}${words.messageSent}` : ''}</p>`;
  }

  private homeless(): TemplateResult {
    return html`<main class="homeless"><p>${this.words.noTenant}</p></main>`;
  }

  protected override updated(): void {
    const { notice, counts, language, session } = this.state;
    if (notice) setTimeout(() => this.app.store.dispatch({ type: 'notice-over' }), noticeMs);
    if (!this.routes) return;
    const unseen = session === 'signed-in' ? (counts?.unseen ?? 0) : 0;
    document.title = (unseen > 0 ? `(${unseen}) ` : '') + titles[language].title;
  }
}
