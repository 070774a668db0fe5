// The draft, and sending it once: every retry of the same words carries the same key.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import type { Draft as Request, Message } from '../api/types';
import { randomId } from '../random';
import { hasWords, type Draft } from '../store/state';
import type { Store } from '../store/store';
import { sameReader } from './guard';

const attempts = 4;
const pauseMs = 1500;

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

export const emptyDraft: Draft = {
  recipients: [], subject: '', body: '', priority: 'normal', replyTo: null, status: 'editing', attempt: 0, problem: null,
};

export class Composing {
  private keyed = { words: '', key: '' };

  constructor(private readonly store: Store) {
    store.listen(({ draft, kept }) => this.guard(kept !== null || (draft !== null && hasWords(draft))));
  }

  /** Leaving the page asks first while words would be lost. (Only then: such a page is not kept for "back".) */
  private guard(isNeeded: boolean): void {
    if (isNeeded) addEventListener('beforeunload', ask);
    else removeEventListener('beforeunload', ask);
  }

  start(draft: Partial<Draft> = {}): void {
    this.store.dispatch({ type: 'draft', draft: { ...emptyDraft, ...draft } });
  }

  reply(message: Message): void {
    const me = this.store.state.person?.email;
    const others = message.recipients.map(({ email, name }) => ({ email, name }));
    const recipients = message.senderEmail === me ? others : [{ email: message.senderEmail, name: message.senderName }];
    const subject = /^re:/i.test(message.subject) ? message.subject : `Re: ${message.subject}`;
    this.start({ recipients, subject: subject.slice(0, 200), replyTo: { id: message.id, subject: message.subject } });
  }

  edit(change: Partial<Draft>): void {
    const { draft } = this.store.state;
    if (draft && draft.status !== 'sending') this.store.dispatch({ type: 'draft', draft: { ...draft, ...change, status: 'editing', problem: null } });
  }

  discard(): void {
    this.store.dispatch({ type: 'draft', draft: null });
  }

  async send(): Promise<void> {
    const { draft, tenantId } = this.store.state;
    if (!draft || !tenantId || draft.status === 'sending') return;
    const isSame = sameReader(this.store);
    const request: Request = {
      tenantId, subject: draft.subject, body: draft.body, priority: draft.priority,
      recipients: draft.recipients.map(({ email }) => email),
      ...(draft.replyTo && { replyToMessageId: draft.replyTo.id }),
    };
    const key = this.keyFor(request);
    for (let attempt = 1; ; attempt += 1) {
      this.store.dispatch({ type: 'draft', draft: { ...draft, status: 'sending', attempt, problem: null } });
      try {
        const message = await api.send(request, key);
        if (isSame(this.store)) this.store.dispatch({ type: 'sent', message });
        return;
      } catch (error) {
        if (!isSame(this.store) || !(error instanceof ApiError)) return;
        if (!error.isPassing || attempt === attempts) {
          this.store.dispatch({ type: 'draft', draft: { ...draft, status: 'failed', attempt, problem: error } });
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, Math.max(pauseMs * attempt, error.retryAfterMs ?? 0)));
        if (!isSame(this.store)) return;
      }
    }
  }

  /** Also after a failure: the server may have sent it already. Other words are another message. */
  private keyFor(request: Request): string {
    const words = JSON.stringify(request);
    if (this.keyed.words !== words) this.keyed = { words, key: randomId() };
    return this.keyed.key;
  }
}
