// What is done to a message: put away, saved, deleted, recalled. The answer is applied as its event will say it, so this
// page does not wait for its own stream.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import { shownList } from '../store/selectors';
import type { Change, Notice, Question } from '../store/state';
import type { Store } from '../store/store';
import { sameReader } from './guard';

type Place = 'archive' | 'unarchive' | 'save' | 'unsave';

export class Acting {
  private readonly busy = new Set<string>();

  constructor(private readonly store: Store) {}

  /** `isTold`: with a word about it, and a way to take it back. */
  async place(messageId: number, act: Place, isTold = true): Promise<void> {
    const said = act === 'archive' ? 'archivedNow' : 'unarchivedNow';
    const isMove = act === 'archive' || act === 'unarchive';
    await this.once(`${messageId} place`, async () => {
      const { isArchived: archived, isSaved: saved, version } = await api.place(messageId, act);
      return [
        { seq: version, epoch: null, type: 'message:archive', messageId, payload: { archived, saved } },
        isMove && isTold ? { said, messageId } : null,
      ];
    });
  }

  /** As far as this page shows: what comes meanwhile stays unread. */
  async readAll(): Promise<void> {
    const { tenantId, person } = this.store.state;
    const [upToMessageId] = shownList(this.store.state).ids;
    if (!tenantId || !person || upToMessageId === undefined) return;
    await this.once('read-all', async () => {
      const { version, cursor, ...counts } = await api.readAll(tenantId, upToMessageId);
      this.store.dispatch({ type: 'counts', counts: { ...counts, version }, epoch: cursor.split('.')[0] ?? '' });
      const payload = { readerEmail: person.email, upToMessageId };
      return [{ seq: version, epoch: null, type: 'message:read', messageId: 0, payload }, { said: 'allRead' }];
    });
  }

  /** Takes back what a notice tells. */
  undo({ said, messageId }: Extract<Notice, { messageId: number }>): Promise<void> {
    this.store.dispatch({ type: 'notice', notice: null });
    return this.place(messageId, said === 'archivedNow' ? 'unarchive' : 'archive', false);
  }

  ask(question: Pick<Question, 'kind' | 'messageId' | 'isMine'> | null): void {
    this.store.dispatch({ type: 'question', question: question && { ...question, isWorking: false, problem: null } });
  }

  remove(question: Question, scope: 'all' | 'me'): Promise<void> {
    const { messageId } = question;
    return this.answered(question, async () => {
      const { version } = await api.remove(messageId, scope);
      const payload = { scope, deletedBy: this.store.state.person?.email ?? '' };
      return [{ seq: version, epoch: null, type: 'message:delete', messageId, payload }, { said: 'messageDeleted' }];
    });
  }

  recall(question: Question, reason: string): Promise<void> {
    const { messageId } = question;
    return this.answered(question, async () => {
      const { version, recallReason, recalledAt } = await api.recall(messageId, reason);
      const payload = { reason: recallReason, recalledAt };
      return [{ seq: version, epoch: null, type: 'message:recall', messageId, payload }, { said: 'messageRecalled' }];
    });
  }

  /** The answer to a question: what is wrong is said there, and it stays open. */
  private async answered(question: Question, act: () => Promise<[Change, Notice]>): Promise<void> {
    const isSame = sameReader(this.store);
    this.store.dispatch({ type: 'question', question: { ...question, isWorking: true, problem: null } });
    try {
      const [change, notice] = await act();
      if (!isSame(this.store)) return;
      this.ask(null);
      this.store.dispatch({ type: 'acted', change, notice });
    } catch (error) {
      if (!isSame(this.store) || !(error instanceof ApiError)) return;
      this.store.dispatch({ type: 'question', question: { ...question, isWorking: false, problem: error } });
    }
  }

  /** An act on its way is not begun again; what is wrong with it is said in passing. */
  private async once(name: string, act: () => Promise<[Change, Notice | null]>): Promise<void> {
    if (this.busy.has(name)) return;
    this.busy.add(name);
    const isSame = sameReader(this.store);
    try {
      const [change, notice] = await act();
      if (isSame(this.store)) this.store.dispatch({ type: 'acted', change, notice });
    } catch (error) {
      if (isSame(this.store) && error instanceof ApiError) this.store.dispatch({ type: 'notice', notice: { said: 'failed', problem: error } });
    } finally {
      this.busy.delete(name);
    }
  }
}
