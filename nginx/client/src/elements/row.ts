// One row of a list.
import { css, html, nothing, type TemplateResult } from 'lit';
import { shortTime } from '../i18n/times';
import type { Language } from '../i18n/titles';
import type { Words } from '../i18n/words';
import type { Item } from '../store/state';
import { icons } from '../styles/icons';
import { avatar } from './avatar';

export interface RowPlace {
  language: Language;
  words: Words;
  me: string;
  isOpen: boolean;
  open(): void;
}

export function row(item: Item, { language, words, me, isOpen, open }: RowPlace): TemplateResult {
  const isMine = item.senderEmail === me;
  const isUnread = !isMine && !item.isRead;
  const first = item.recipients?.[0];
  const [name, email] = isMine ? [first?.name || first?.email || '', first?.email ?? ''] : [item.senderName || item.senderEmail, item.senderEmail];
  const isPressing = item.priority === 'high' || item.priority === 'urgent';
  return html`<button class="row ${isUnread ? 'is-unread' : ''}" data-id=${item.id} aria-current=${isOpen ? 'true' : 'false'} @click=${open}>
    ${avatar(name, email)}
    <span class="words">
      <span class="line">
        ${isUnread ? html`<span class="dot"></span><span class="unseen">${words.unreadMark}</span>` : nothing}
        <bdi class="who">${isMine ? names(item, words) : name}</bdi>
        ${item.isSaved ? html`<span class="mark star" title=${words.saved}>${icons.star}<span class="unseen">${words.saved}</span></span>` : nothing}
        <time datetime=${item.createdAt}>${shortTime(language, item.createdAt)}</time>
      </span>
      <span class="line">
        ${isPressing ? html`<span class="tag">${words.priorities[item.priority]}</span>` : nothing}
        <bdi class="subject ${item.isRecalled ? 'is-recalled' : ''}">${item.isRecalled ? words.recalled : item.subject || words.noSubject}</bdi>
        ${item.attachmentCount > 0 ? html`<span class="mark">${icons.clip}</span>` : nothing}
      </span>
      <bdi class="excerpt">${item.excerpt}</bdi>
    </span>
  </button>`;
}

const shownNames = 3;

function names({ recipients, recipientCount }: Item, words: Words): string {
  if (!recipients) return words.to(words.people(recipientCount));
  const first = recipients.slice(0, shownNames).map(({ name, email }) => name || email).join(', ');
  const rest = recipientCount - Math.min(shownNames, recipients.length);
  return words.to(rest > 0 ? `${first} +${rest}` : first);
}

export const rowStyles = css`
  .row {
    display: flex;
    gap: 0.75rem;
    width: 100%;
    padding: 0.75rem 1rem;
    border: 0;
    border-bottom: 1px solid var(--_line);
    background: transparent;
    text-align: start;
  }
  @media (hover: hover) {
    .row:hover {
      background: var(--_raised);
    }
  }
  .row[aria-current='true'] {
    background: var(--_chosen);
  }
  .row:focus-visible {
    outline-offset: -3px;
    border-radius: var(--_radius);
  }
  .words {
    display: grid;
    flex: 1;
    gap: 0.0625rem;
    min-width: 0;
  }
  .line {
    display: flex;
    align-items: center;
    gap: 0.5rem;
    min-width: 0;
  }
  .who,
  .subject,
  .excerpt {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .who,
  .subject {
    flex: 1;
  }
  .excerpt {
    display: block;
    min-height: 1.5em;
  }
  .excerpt,
  time,
  .mark {
    color: var(--_muted);
    font-size: 0.8125rem;
  }
  .star {
    color: var(--_star);
  }
  .star svg {
    fill: currentColor;
  }
  .is-recalled {
    color: var(--_muted);
    font-style: italic;
  }
  .is-unread .who,
  .is-unread .subject {
    font-weight: 650;
  }
  .is-unread time {
    color: var(--_accent);
    font-weight: 600;
  }
  .dot {
    flex: none;
    width: 0.5rem;
    height: 0.5rem;
    border-radius: 50%;
    background: var(--_accent);
  }
  .tag {
    padding: 0 0.375rem;
    border-radius: 5px;
    background: var(--_danger-soft);
    color: var(--_danger);
    font-size: 0.75rem;
    font-weight: 600;
  }
`;
