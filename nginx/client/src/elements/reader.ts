import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Message, Recipient } from '../api/types';
import { fullTime } from '../i18n/times';
import { sayProblem } from '../i18n/words';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import { avatar, avatarStyles } from './avatar';
import { HarborElement } from './element';
import { readerStyles } from './reader-styles';
import { bodyText, outwardLink } from './text';
import { webAddress } from './linkify';

@customElement('harbor-reader')
export class Reader extends HarborElement {
  static override styles = [...HarborElement.styles, avatarStyles, readerStyles];
  private focused: number | null = null;

  protected uses({ reading, view, items, person }: State): unknown[] {
    return [reading, view.messageId, items[view.messageId ?? 0], person];
  }

  protected override render(): TemplateResult {
    const { words, state: { view, reading } } = this;
    if (reading.status === 'gone') return this.gone();
    if (view.messageId === null) return html`<div class="nothing">${icons.mail}<p>${words.nothingOpen}</p></div>`;
    const message = reading.message?.id === view.messageId ? reading.message : null;
    return html`
      <div class="tools">
        ${this.back()}
        ${message ? this.tools(message) : nothing}
      </div>
      ${reading.problem ? this.problem() : nothing} ${message ? this.message(message) : reading.problem ? nothing : this.bones()}`;
  }

  private back(): TemplateResult {
    const { back } = this.words;
    return html`<button class="button plain square back" id="back" aria-label=${back} title=${back} @click=${this.onBack}>${icons.back}</button>`;
  }

  /** A newly opened message takes the focus: screen readers begin to read there, keys scroll it. */
  protected override updated(): void {
    const { messageId } = this.state.view;
    const heading = this.renderRoot.querySelector<HTMLElement>('h2');
    if (messageId === this.focused || (messageId !== null && !heading)) return;
    this.focused = messageId;
    heading?.focus({ preventScroll: true });
    this.scrollTop = 0;
  }

  private tools(message: Message): TemplateResult {
    const { words, state } = this;
    const isMine = message.senderEmail === state.person?.email;
    const isRead = state.items[message.id]?.isRead ?? message.isRead;
    const mark = (): void => void this.app.reading.mark(message.id, isRead ? 'unread' : 'read');
    return html`
      ${isMine ? nothing : html`<button class="button plain" id="mark" @click=${mark}>
        ${isRead ? icons.mail : icons.mailOpen}<span class="wide">${isRead ? words.markUnread : words.markRead}</span>
      </button>`}
      <button class="button" id="reply" @click=${(): void => this.app.composing.reply(message)}>${icons.reply}${words.reply}</button>`;
  }

  private message(message: Message): TemplateResult {
    const { words, state } = this;
    const { senderName, senderEmail, createdAt, priority } = message;
    const recipients = state.items[message.id]?.recipients ?? message.recipients; // the row knows who has read since
    const isPressing = priority === 'high' || priority === 'urgent';
    return html`<article>
      <h2 tabindex="-1" dir="auto">${message.isRecalled ? words.recalled : message.subject || words.noSubject}</h2>
      <div class="from">
        ${avatar(senderName, senderEmail)}
        <div class="people">
          <p><bdi class="name">${senderName || senderEmail}</bdi> ${senderName ? html`<span class="quiet">${senderEmail}</span>` : nothing}</p>
          <p class="quiet to">${words.toLabel} ${recipients.map((one, index) => this.recipient(one, index))}</p>
        </div>
        <div class="when">
          ${isPressing ? html`<span class="tag">${words.priorities[priority]}</span>` : nothing}
          <time class="quiet" datetime=${createdAt}>${fullTime(state.language, createdAt)}</time>
        </div>
      </div>
      ${message.isRecalled && message.recallReason ? html`<p class="quiet" dir="auto">${message.recallReason}</p>` : nothing}
      <div class="body" dir="auto">${bodyText(message.body)}</div>
      ${message.links.length > 0 ? this.links(message) : nothing}
    </article>`;
  }

  private recipient({ name, email, isRead }: Recipient, index: number): TemplateResult {
    const label = name || email;
    const read = isRead ? html`<span class="read" title=${this.words.readBy(label)}>${icons.check}<span class="unseen">${this.words.readBy(label)}</span></span>` : nothing;
    return html`${index > 0 ? ', ' : ''}<bdi title=${email}>${label}</bdi>${read}`;
  }

  private links({ links }: Message): TemplateResult {
    const shown = links.flatMap(({ url, domain, title }) => {
      const address = webAddress(url);
      const content = html`${icons.link}<span><bdi class="name">${title || address}</bdi><span class="quiet">${domain}</span></span>`;
      return address ? html`<li>${outwardLink(address, content)}</li>` : [];
    });
    return html`<section class="links" aria-labelledby="links"><h3 id="links">${this.words.links}</h3><ul>${shown}</ul></section>`;
  }

  private gone(): TemplateResult {
    return html`<div class="tools">${this.back()}</div><div class="nothing short" role="status">${icons.mail}<p>${this.words.deleted}</p></div>`;
  }

  private problem(): TemplateResult {
    const { problem } = this.state.reading;
    return html`<div class="problem" role="alert">
      <p>${problem ? sayProblem(problem) : ''}</p>
      ${problem?.isPassing ? html`<button class="button" @click=${(): void => this.app.reading.again()}>${this.words.again}</button>` : nothing}
    </div>`;
  }

  private bones(): TemplateResult {
    return html`<div class="bones" role="status"><span class="unseen">${this.words.loading}</span><i class="big"></i><i></i><i></i><i class="short"></i></div>`;
  }

  private onBack(): void {
    this.app.reading.view({ messageId: null });
  }
}
