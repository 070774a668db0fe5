// The badge clears when the messaging page is before someone's eyes.
import { formatCursor } from '../cursor';
import { api } from '../api/routes';
import { seenUpTo } from '../store/selectors';
import type { Store } from '../store/store';
import { sameReader } from './guard';

const settleMs = 300; // a burst of arrivals is one call
const againMs = 5000;

export class Seeing {
  private isWanted = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly store: Store) {
    store.listen(() => this.ensure());
    document.addEventListener('visibilitychange', () => this.ensure());
  }

  /** A messaging page is shown: what comes is seen. */
  show(isShown: boolean): void {
    this.isWanted = isShown;
    this.ensure();
  }

  private ensure(): void {
    const { session, counts } = this.store.state;
    const isDue = this.isWanted && session === 'signed-in' && (counts?.unseen ?? 0) > 0 && document.visibilityState === 'visible';
    if (isDue && !this.timer && seenUpTo(this.store.state)) this.callIn(settleMs);
  }

  private callIn(ms: number): void {
    this.timer = setTimeout(() => void this.call(), ms);
  }

  private async call(): Promise<void> {
    const { tenantId } = this.store.state;
    const cursor = seenUpTo(this.store.state);
    const isSame = sameReader(this.store);
    let pause = 0;
    try {
      if (tenantId && cursor && document.visibilityState === 'visible') {
        const counts = await api.seen(tenantId, formatCursor(cursor));
        if (isSame(this.store)) this.store.dispatch({ type: 'counts', counts, epoch: cursor.epoch });
        if (counts.unseen > 0) pause = againMs; // newer ones, which this page does not show yet
      }
    } catch {
      pause = againMs;
    }
    this.timer = pause ? setTimeout(() => this.rest(), pause) : undefined;
    this.ensure();
  }

  private rest(): void {
    this.timer = undefined;
    this.ensure();
  }
}
