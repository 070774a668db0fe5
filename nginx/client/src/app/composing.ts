// The draft, and sending it once: every retry of the same words carries the same key.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import type { Message } from '../api/types';
import { randomId } from '../random';
import { hasWords, type Draft } from '../store/state';
import type { Store } from '../store/store';
import { sameReader } from './guard';

const attempts = 4;
const pauseMs = 1500;

const ask = (event: BeforeUnloadEvent): void => event.preventDefault();

const prefixed = (prefix: 'Re' | 'Fwd', subject: string): string =>
  (subject.toLowerCase().startsWith(`${prefix.toLowerCase()}:`) ? subject : `${prefix}: ${subject}`).slice(0, 200);

export const emptyDraft: Draft = {
  recipients: [], subject: '', body: '', priority: 'normal', replyTo: null, forwardOf: null, status: 'editing', attempt: 0, problem: null,
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

  /** To the sender, or to all who have it; what one wrote oneself is answered to those who got it. */
  reply(message: Message, isToAll = false): void {
    const { id, subject, senderEmail: email, senderName: name, recipients } = message;
    const me = this.store.state.person?.email;
    const all = [{ email, name }, ...recipients.map((one) => ({ email: one.email, name: one.name }))].filter((one) => one.email !== me);
    this.start({ recipients: isToAll || email === me ? all : all.slice(0, 1), subject: prefixed('Re', subject), replyTo: { id, subject } });
  }

  /** With one's own words above; the server puts the original below them. */
  forward({ id, subject, body }: Message): void {
    this.start({ subject: prefixed('Fwd', subject), forwardOf: { id, subject, body } });
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
    const send = this.request(draft, tenantId);
    for (let attempt = 1; ; attempt += 1) {
      this.store.dispatch({ type: 'draft', draft: { ...draft, status: 'sending', attempt, problem: null } });
      try {
        const message = await send();
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

  private request({ recipients, subject, body, priority, replyTo, forwardOf }: Draft, tenantId: string): () => Promise<Message> {
    const letter = { subject, body, priority, recipients: recipients.map(({ email }) => email) };
    const key = this.keyFor([tenantId, letter, replyTo?.id, forwardOf?.id]);
    if (forwardOf) return () => api.forward(forwardOf.id, letter, key);
    return () => api.send({ tenantId, ...letter, ...(replyTo && { replyToMessageId: replyTo.id }) }, key);
  }

  /** Also after a failure: the server may have sent it already. Other words are another message. */
  private keyFor(request: unknown[]): string {
    const words = JSON.stringify(request);
    if (this.keyed.words !== words) this.keyed = { words, key: randomId() };
    return this.keyed.key;
  }
}
