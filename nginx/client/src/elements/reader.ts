import { html, nothing, type TemplateResult } from 'lit';
import { customElement } from 'lit/decorators.js';
import type { Message, Recipient } from '../api/types';
import { fullTime, shortTime } from '../i18n/times';
import { sayProblem } from '../i18n/words';
import type { State } from '../store/state';
import { icons } from '../styles/icons';
import { avatar, avatarStyles } from './avatar';
import { disclosureStyles, onChosen, onEscape, onFocusOut } from './disclosure';
import { HarborElement } from './element';
import { readerStyles } from './reader-styles';
import { bodyText, outwardLink } from './text';
import { webAddress } from './linkify';

@customElement('harbor-reader')
export class Reader extends HarborElement {
  static override styles = [...HarborElement.styles, avatarStyles, disclosureStyles, readerStyles];
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
    const item = state.items[message.id] ?? message;
    const { id } = message;
    const mark = (): void => void this.app.reading.mark(id, item.isRead ? 'unread' : 'read');
    const place = (act: 'archive' | 'unarchive' | 'save' | 'unsave'): void => void this.app.acting.place(id, act);
    return html`
      ${item.isArchived
        ? this.tool('unarchive', words.unarchive, icons.unarchive, () => place('unarchive'))
        : this.tool('archive', words.archive, icons.archive, () => place('archive'))}
      ${this.tool('delete', words.remove, icons.bin, () => this.app.acting.ask({ kind: 'delete', messageId: id, isMine }))}
      ${isMine ? nothing : html`
        ${this.tool('mark', item.isRead ? words.markUnread : words.markRead, item.isRead ? icons.mail : icons.mailOpen, mark)}
        ${this.tool('save', words.saved, icons.star, () => place(item.isSaved ? 'unsave' : 'save'), item.isSaved)}`}
      <span class="space"></span>
      ${message.isRecalled ? nothing : this.answers(message, isMine)}`;
  }

  private tool(id: string, label: string, icon: TemplateResult, act: () => void, isPressed?: boolean): TemplateResult {
    return html`<button class="button plain square" id=${id} aria-label=${label} title=${label}
      aria-pressed=${isPressed === undefined ? nothing : isPressed} @click=${act}>${icon}</button>`;
  }

  private answers(message: Message, isMine: boolean): TemplateResult {
    const { words, app } = this;
    const line = (id: string, label: string, icon: TemplateResult, act: () => void): TemplateResult =>
      html`<button class="button plain" id=${id} @click=${act}>${icon}${label}</button>`;
    return html`
      <button class="button" id="reply" @click=${(): void => app.composing.reply(message)}>${icons.reply}<span class="wide">${words.reply}</span></button>
      <details @focusout=${onFocusOut} @keydown=${onEscape} @click=${onChosen}>
        <summary class="button plain square" role="button" id="more" aria-label=${words.moreActions} title=${words.moreActions}>${icons.more}</summary>
        <div class="menu">
          ${message.recipientCount > 1 && message.recipientCount === message.recipients.length && !isMine ? line('reply-all', words.replyAll, icons.replyAll, () => app.composing.reply(message, true)) : nothing}
          ${line('forward', words.forward, icons.forward, () => app.composing.forward(message))}
          ${isMine ? line('recall', words.recall, icons.recall, () => app.acting.ask({ kind: 'recall', messageId: message.id, isMine })) : nothing}
        </div>
      </details>`;
  }

  private message(message: Message): TemplateResult {
    const { words, state } = this;
    const { senderName, senderEmail, createdAt, editedAt, priority } = message;
    const recipients = state.items[message.id]?.recipients ?? message.recipients; // the row knows who has read since
    const unnamed = message.recipientCount - message.recipients.length; // an answer names the first hundred
    const isPressing = priority === 'high' || priority === 'urgent';
    return html`<article>
      <h2 tabindex="-1" dir="auto">${message.isRecalled ? words.recalled : message.subject || words.noSubject}</h2>
      <div class="from">
        ${avatar(senderName, senderEmail)}
        <div class="people">
          <p><bdi class="name">${senderName || senderEmail}</bdi> ${senderName ? html`<span class="quiet address">${senderEmail}</span>` : nothing}</p>
          <p class="quiet to">${words.toLabel} ${recipients.map((one, index) => this.recipient(one, index))}${unnamed > 0 ? ` +${unnamed}` : nothing}</p>
        </div>
        <div class="when">
          ${isPressing ? html`<span class="tag">${words.priorities[priority]}</span>` : nothing}
          <time class="quiet" datetime=${createdAt}>${fullTime(state.language, createdAt)}</time>
          ${editedAt ? html`<time class="quiet" datetime=${editedAt}>${words.edited(shortTime(state.language, editedAt))}</time>` : nothing}
        </div>
      </div>
      ${message.isRecalled ? this.tombstone(message) : html`<div class="body" dir="auto">${bodyText(message.body)}</div>`}
      ${message.links.length > 0 ? this.links(message) : nothing}
    </article>`;
  }

  /** What is left of a message that was taken back. */
  private tombstone({ recalledAt, recallReason }: Message): TemplateResult {
    const { words, state } = this;
    return html`<div class="tombstone">
      ${recallReason ? html`<p class="label">${words.recallReason}</p><p dir="auto">${recallReason}</p>` : nothing}
      ${recalledAt ? html`<time class="quiet" datetime=${recalledAt}>${words.recalledAt(fullTime(state.language, recalledAt))}</time>` : nothing}
    </div>`;
  }

  private recipient({ name, email, isRead }: Recipient, index: number): TemplateResult {
    const label = name || email;
    const read = isRead ? html`<span class="read" title=${this.words.readBy(label)}>${icons.check}<span class="unseen">${this.words.readBy(label)}</span></span>` : nothing;
    return html`${index > 0 ? ', ' : ''}<bdi title=${email}>${label}</bdi>${read}`;
  }

  private links({ links }: Message): TemplateResult {
    const shown = links.flatMap(({ url, domain, title }) => {
      const address = webAddress(url);
      const content = html`${icons.link}<span><bdi class="name">${title || address}</bdi>${title ? html`<span class="quiet">${domain}</span>` : nothing}</span>`;
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
