// Follows one tenant's log: by a stream where there is one, by asking where there is none, and always knowing which.
//
// The stream is ours to rebuild: EventSource gives up for ever on any status but 200 and hides that status, so after
// every loss GET /events is asked, from the same cursor. It says what is wrong, and brings what was missed.
import { formatCursor, isCovered, later, parseCursor, type Cursor } from '../cursor';
import { ApiError } from '../api/http';
import type { Counts, EventPage } from '../api/types';
import { streamAddress } from '../api/routes';
import type { Connection, FromHub, HarborEvent, Phase, Reason } from './protocol';
import type { Hello, OpenStream, Stream, StreamListener } from './stream';
import { backoff, spread, type Timing } from './timing';

const heartbeatsOfSilence = 2.5;
const stableMs = 10_000; // a stream that lived so long had no part in the failures before it
const kickPauseMs = 1000;

export interface FollowerParts {
  open: OpenStream;
  events(tenantId: string, cursor: string | null): Promise<EventPage>;
  now(): number; // milliseconds since 1970
}

type Timer = ReturnType<typeof setTimeout> | undefined;

export class Follower implements StreamListener {
  cursor: Cursor | null;
  counts: { epoch: string; counts: Counts } | null = null;
  connection: Connection;
  private stream: Stream | null = null;
  private isUp = false; // hello came, and silence has not lasted too long
  private upSince = 0;
  private target = 0; // the head that hello named
  private caughtUp = false;
  private failures = 0;
  private reach: 'unknown' | 'ok' | 'failed' = 'unknown'; // what the last question said, since the stream was lost
  private isOff = false; // said the last answer
  private pollFailures = 0;
  private pollDueAt = 0;
  private asking = false;
  private heartbeatMs = 25_000;
  private heardAt = 0;
  private heldUntil = 0; // told to stay away until then
  private kickedAt = 0;
  private stopped: Reason | null = null;
  private openTimer: Timer;
  private pollTimer: Timer;
  private watchdog: Timer;

  constructor(
    private readonly tenantId: string,
    cursor: Cursor | null,
    private readonly timing: Timing,
    private readonly parts: FollowerParts,
    private readonly tell: (message: FromHub) => void,
  ) {
    this.cursor = cursor;
    this.connection = { phase: 'catching-up', since: parts.now(), reason: null };
  }

  start(): void {
    if (this.cursor) this.tell({ kind: 'covered', from: this.cursor });
    this.openNow();
    this.pollIn(spread(this.timing.pollLive));
  }

  stop(reason: Reason | null): void {
    this.close();
    clearTimeout(this.openTimer);
    clearTimeout(this.pollTimer);
    this.stopped = reason ?? 'signed-out';
    if (reason) this.update();
  }

  /** Something outside changed: look now, not when it would be due. */
  kick(): void {
    const now = this.parts.now();
    if (this.stopped || now - this.kickedAt < kickPauseMs) return;
    this.kickedAt = now;
    if (this.isUp && now - this.heardAt > heartbeatsOfSilence * this.heartbeatMs) this.lose();
    void this.poll();
    if (!this.stream && now >= this.heldUntil) this.openNow();
  }

  // --- the stream -----------------------------------------------------------------------------------------------------

  private openNow(): void {
    if (this.stopped) return;
    clearTimeout(this.openTimer);
    this.close();
    this.stream = this.parts.open(streamAddress(this.tenantId, this.cursorText()), this);
    this.watch(this.timing.open);
    this.update();
  }

  onHello({ cursor, behind, gap, counts, heartbeatMs }: Hello): void {
    this.isUp = true;
    this.upSince = this.parts.now();
    this.heartbeatMs = heartbeatMs;
    this.target = cursor.seq + behind;
    this.caughtUp = behind === 0;
    if (gap || (this.cursor && this.cursor.epoch !== cursor.epoch)) this.missed(cursor);
    else if (!this.cursor) this.begin(cursor);
    this.takeCounts(counts);
    this.heard();
    this.pollIn(this.caughtUp ? spread(this.timing.pollLive) : 0); // what others got does not come: the log tells the head
    this.update();
  }

  onHeartbeat(cursor: Cursor): void {
    this.advance(cursor);
    this.heard();
    this.update();
  }

  onEvent(cursor: Cursor, event: HarborEvent): void {
    this.deliver(cursor, event);
    this.heard();
    this.update();
  }

  onCounts(counts: Counts): void {
    this.takeCounts(counts);
    this.heard();
  }

  onResync(cursor: Cursor, counts: Counts): void {
    this.missed(cursor);
    this.takeCounts(counts);
    this.heard();
    this.update();
  }

  onBye(reason: string, reconnectAfterMs: number): void {
    if (reason === 'replaced' || reason === 'revoked') this.heldUntil = this.parts.now() + reconnectAfterMs;
    this.lose(reconnectAfterMs, reason === 'revoked');
  }

  onLost(): void {
    this.lose();
  }

  /** The stream is gone. Asks soon, opens again after `delay`, else by backoff. */
  private lose(delay?: number, askAtOnce = false): void {
    if (!this.stream) return;
    if (this.isUp && this.parts.now() - this.upSince > stableMs) this.failures = 0;
    if (this.isUp) this.reach = 'unknown'; // a further failed attempt says nothing new
    this.failures += 1;
    this.close();
    this.openTimer = setTimeout(() => this.openNow(), delay ?? backoff(this.failures, this.timing));
    this.pollBy(askAtOnce ? 0 : Math.min(this.timing.pollAlone, backoff(this.failures - 1, this.timing)));
    this.update();
  }

  private close(): void {
    clearTimeout(this.watchdog);
    this.stream?.close();
    this.stream = null;
    this.isUp = false;
  }

  private heard(): void {
    this.heardAt = this.parts.now();
    this.watch(heartbeatsOfSilence * this.heartbeatMs);
  }

  private watch(ms: number): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lose(), ms);
  }

  // --- asking ---------------------------------------------------------------------------------------------------------

  /** Not later than that: attempts to open a stream must not put off asking. */
  private pollBy(ms: number): void {
    if (this.pollDueAt > this.parts.now() + ms) this.pollIn(ms);
  }

  private pollIn(ms: number): void {
    clearTimeout(this.pollTimer);
    this.pollDueAt = this.parts.now() + ms;
    this.pollTimer = setTimeout(() => void this.poll(), ms);
  }

  private async poll(): Promise<void> {
    if (this.asking || this.stopped) return;
    this.asking = true;
    clearTimeout(this.pollTimer);
    const stream = this.stream;
    try {
      const page = await this.parts.events(this.tenantId, this.cursorText());
      if (!this.stopped) this.answered(page);
    } catch (error) {
      if (!this.stopped) this.refused(error instanceof ApiError ? error : new ApiError(0, 'no_answer'), stream);
    } finally {
      this.asking = false;
    }
    this.update();
  }

  private answered(page: EventPage): void {
    const cursor = parseCursor(page.cursor);
    if (!cursor) return;
    this.reach = 'ok';
    this.isOff = false;
    this.pollFailures = 0;
    if (page.gap) this.missed(cursor);
    else if (!this.cursor) this.begin(cursor);
    for (const { id, type, data } of page.items) {
      const place = parseCursor(id);
      if (place) this.deliver(place, { type, data });
    }
    this.advance(cursor);
    this.takeCounts(page);
    if (!page.more) this.caughtUp = true;
    this.pollIn(page.more ? 0 : spread(this.isUp ? this.timing.pollLive : this.timing.pollAlone));
  }

  private refused(error: ApiError, streamThen: Stream | null): void {
    if (error.status === 401) return this.stop('signed-out');
    if (error.status === 403 || error.status === 404) return this.stop('no-access');
    this.pollFailures += 1;
    // The network does not answer, so a stream that says nothing proves nothing.
    if (error.status === 0 && this.isUp && this.stream === streamThen) this.lose();
    this.reach = 'failed';
    this.isOff = error.code === 'messaging_off';
    const alone = Math.min(this.timing.pollAlone, backoff(this.pollFailures, this.timing));
    this.pollIn(this.isUp ? spread(this.timing.pollLive) : Math.max(alone, error.retryAfterMs ?? 0));
  }

  // --- what is known --------------------------------------------------------------------------------------------------

  private cursorText(): string | null {
    return this.cursor && formatCursor(this.cursor);
  }

  private begin(cursor: Cursor): void {
    this.cursor = cursor;
    this.tell({ kind: 'covered', from: cursor });
  }

  private missed(cursor: Cursor): void {
    this.cursor = cursor;
    this.tell({ kind: 'resync', cursor });
  }

  private deliver(cursor: Cursor, event: HarborEvent): void {
    if (isCovered(cursor, this.cursor)) return;
    this.advance(cursor);
    this.tell({ kind: 'event', cursor, event, at: performance.timeOrigin + performance.now() });
  }

  private advance(cursor: Cursor): void {
    this.cursor = later(this.cursor, cursor);
    if (this.cursor.seq >= this.target) this.caughtUp = true;
  }

  private takeCounts({ unread, unseen, version }: Counts): void {
    const epoch = this.cursor?.epoch ?? '';
    if (this.counts?.epoch === epoch && this.counts.counts.version > version) return;
    this.counts = { epoch, counts: { unread, unseen, version } };
    this.tell({ kind: 'counts', ...this.counts });
  }

  private phase(): Phase {
    if (this.stopped) return 'stopped';
    if (this.isUp) return this.caughtUp ? 'live' : 'catching-up';
    if (this.reach === 'failed') return 'offline';
    return this.reach === 'ok' && this.failures > 0 ? 'polling' : 'catching-up';
  }

  private update(): void {
    const phase = this.phase();
    const reason = this.stopped ?? (phase === 'offline' && this.isOff ? 'off' : null);
    if (phase === this.connection.phase && reason === this.connection.reason) return;
    this.connection = { phase, since: this.parts.now(), reason };
    this.tell({ kind: 'connection', connection: this.connection });
  }
}
