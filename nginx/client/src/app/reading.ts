// Opens messages, and marks them by an explicit call.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import { startView, type View } from '../store/state';
import type { Store } from '../store/store';
import { sameReader } from './guard';

const againMs = 3000;

export class Reading {
  private readonly marking = new Set<number>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Store) {
    store.listen(() => this.ensure());
  }

  view(change: Partial<View>): void {
    this.store.dispatch({ type: 'view', view: { ...startView, ...this.store.state.view, ...change } });
  }

  again(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    void this.load();
  }

  async mark(id: number, state: 'read' | 'unread'): Promise<void> {
    if (this.marking.has(id)) return;
    this.marking.add(id);
    const isSame = sameReader(this.store);
    try {
      const read = await api.mark(id, state);
      if (isSame(this.store)) this.store.dispatch({ type: 'marked', read });
    } catch (error) {
      const isPassing = error instanceof ApiError && error.isPassing;
      if (isPassing) setTimeout(() => isSame(this.store) && void this.mark(id, state), againMs);
    } finally {
      this.marking.delete(id);
    }
  }

  private ensure(): void {
    const { session, view, reading } = this.store.state;
    if (session === 'signed-in' && view.messageId !== null && reading.status === 'idle') void this.load();
  }

  private async load(): Promise<void> {
    const id = this.store.state.view.messageId;
    if (id === null) return;
    const isSame = sameReader(this.store);
    const isStill = (): boolean => isSame(this.store) && this.store.state.view.messageId === id;
    const isOpening = this.store.state.reading.message?.id !== id; // else it is only looked at again
    this.store.dispatch({ type: 'message-asked' });
    try {
      const message = await api.message(id);
      if (!isStill()) return;
      this.store.dispatch({ type: 'message-came', message });
      const isMine = message.senderEmail === this.store.state.person?.email;
      if (isOpening && !isMine && !message.isRead) void this.mark(id, 'read');
    } catch (error) {
      if (!isStill() || !(error instanceof ApiError)) return;
      this.store.dispatch({ type: 'message-failed', problem: error });
      if (error.isPassing) this.timer = setTimeout(() => isStill() && this.again(), againMs);
    }
  }
}
