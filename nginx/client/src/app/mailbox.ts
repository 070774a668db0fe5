// Keeps the shown list whole: reads its first page when there is none or events were missed.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import type { ListQuery } from '../api/types';
import { shownItems, shownList } from '../store/selectors';
import { listKey, type ListKey, type State } from '../store/state';
import type { Store } from '../store/store';
import { sameReader } from './guard';

const pageSize = 50;
const againMs = 4000;
const fewRows = 15;
const mostFills = 5; // a search may go far back for the next hit; further than that only by hand

/** Rows went (read, put away, deleted): the screen is not full, and there are older ones. */
const isShort = (state: State): boolean => {
  const { nextCursor, status, isLoadingMore, problem } = shownList(state);
  return nextCursor !== null && status === 'ready' && !isLoadingMore && problem === null && shownItems(state).length < fewRows;
};

const queryOf = (key: ListKey): Omit<ListQuery, 'tenantId'> =>
  key === 'inbox:unread' ? { folder: 'inbox', unread: true } : { folder: key };

export class Mailbox {
  private isWanted = false; // no element shows a list: nothing to load
  private timer: ReturnType<typeof setTimeout> | undefined;
  private fills = 0; // in a row, by itself
  private refreshes = 0; // in a row, of which none came clean
  private readonly filling = new Set<number>();

  constructor(private readonly store: Store) {
    store.listen(() => this.ensure());
  }

  show(): void {
    this.isWanted = true;
    this.ensure();
  }

  again(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.load(listKey(this.store.state.view), null);
  }

  async more(): Promise<void> {
    const { nextCursor, isLoadingMore } = shownList(this.store.state);
    if (nextCursor && !isLoadingMore) await this.load(listKey(this.store.state.view), nextCursor);
  }

  private ensure(): void {
    const { state } = this.store;
    if (!this.isWanted || state.session !== 'signed-in' || !state.tenantId || this.timer) return;
    const list = shownList(state);
    if (list.status === 'idle' || (list.isDirty && list.status !== 'loading')) this.refresh(state);
    else if (isShort(state)) this.lengthen();
    else if (!list.isLoadingMore) this.fills = 0;
    this.fill(state);
  }

  private lengthen(): void {
    if (this.fills >= mostFills) return;
    this.fills += 1;
    void this.more();
  }

  /** Once at once; a list that comes dirty again and again (a restored database, of which the stream does not know yet) is
      asked for at leisure. */
  private refresh({ view }: State): void {
    if (this.refreshes > 1) this.wait(againMs * Math.random());
    else void this.load(listKey(view), null);
    this.refreshes += 1;
  }

  private async load(key: ListKey, before: string | null): Promise<void> {
    const { tenantId } = this.store.state;
    if (!tenantId) return;
    const isSame = sameReader(this.store);
    const isMore = before !== null;
    if (!isMore) this.fills = 0;
    this.store.dispatch({ type: 'list-asked', key, isMore });
    const query: ListQuery = { tenantId, ...queryOf(key), limit: pageSize };
    if (isMore) query.before = Number(before);
    try {
      const page = await api.messages(query);
      if (isSame(this.store)) this.store.dispatch({ type: 'list-came', key, isMore, page });
      if (!shownList(this.store.state).isDirty) this.refreshes = 0;
    } catch (error) {
      if (!isSame(this.store) || !(error instanceof ApiError)) return;
      this.waitABit(error);
      this.store.dispatch({ type: 'list-failed', key, problem: error });
    }
  }

  private waitABit(error: ApiError): void {
    if (!error.isPassing) return; // the connection finds out about a lost session
    this.wait(Math.max(againMs * (0.5 + Math.random()), error.retryAfterMs ?? 0));
  }

  private wait(ms: number): void {
    this.timer = setTimeout(() => {
      this.timer = undefined;
      const { state } = this.store;
      const { status, isDirty } = shownList(state);
      if (state.session === 'signed-in' && (status === 'failed' || (isDirty && status === 'ready'))) this.again();
      else this.ensure();
    }, ms);
  }

  /** Events name no recipients; rows of what one sent show them. */
  private fill({ items, person }: State): void {
    for (const id of shownList(this.store.state).ids) {
      if (items[id]?.recipients !== null || items[id].senderEmail !== person?.email || this.filling.has(id)) continue;
      this.filling.add(id);
      const isSame = sameReader(this.store);
      api
        .message(id)
        .then((message) => isSame(this.store) && this.store.dispatch({ type: 'row-came', message }))
        .catch(() => {})
        .finally(() => setTimeout(() => this.filling.delete(id), againMs));
    }
  }
}
