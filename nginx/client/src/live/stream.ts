// One EventSource and what its frames mean. It never comes back by itself: the follower decides when.
import { parseCursor, type Cursor } from '../cursor';
import type { Counts } from '../api/types';
import { logTypes, type HarborEvent } from './protocol';

export interface Hello {
  cursor: Cursor;
  behind: number;
  gap: boolean;
  counts: Counts;
  heartbeatMs: number;
}

export interface StreamListener {
  onHello(hello: Hello): void;
  onHeartbeat(cursor: Cursor): void;
  onEvent(cursor: Cursor, event: HarborEvent): void;
  onCounts(counts: Counts): void;
  onResync(cursor: Cursor, counts: Counts): void;
  onBye(reason: string, reconnectAfterMs: number): void;
  onLost(): void;
}

export interface Stream {
  close(): void;
}

export type OpenStream = (address: string, listener: StreamListener) => Stream;

export const openStream: OpenStream = (address, listener) => {
  const source = new EventSource(address);
  const on = (name: string, act: (data: Frame, event: MessageEvent<string>) => void): void =>
    source.addEventListener(name, (event: MessageEvent<string>) => {
      const data = readJson(event.data);
      if (data) act(data, event);
    });

  on('hello', (data) => {
    const cursor = parseCursor(data.cursor);
    if (!cursor) return;
    const heartbeatMs = (data.heartbeatSeconds ?? 25) * 1000;
    listener.onHello({ cursor, behind: data.behind ?? 0, gap: data.gap === true, counts: countsOf(data), heartbeatMs });
  });
  on('heartbeat', (data) => withCursor(data.cursor, (cursor) => listener.onHeartbeat(cursor)));
  on('resync', (data) => withCursor(data.cursor, (cursor) => listener.onResync(cursor, countsOf(data))));
  on('unread:count', (data) => listener.onCounts(countsOf(data)));
  on('bye', (data) => listener.onBye(data.reason ?? 'capacity', data.reconnectAfterMs ?? 3000));
  for (const type of logTypes) {
    on(type, (data, event) =>
      withCursor(event.lastEventId, (cursor) => listener.onEvent(cursor, data as unknown as HarborEvent)));
  }
  // The browser would come back by itself after a cut, at its own pace and without saying why it was cut.
  source.addEventListener('error', () => listener.onLost());
  return source;
};

/** Every key that a control frame may have. */
type Frame = Partial<Counts & {
  cursor: string; behind: number; gap: boolean; heartbeatSeconds: number; reason: string; reconnectAfterMs: number;
}>;

const countsOf = ({ unread = 0, unseen = 0, version = 0 }: Frame): Counts => ({ unread, unseen, version });

function withCursor(text: string | undefined, act: (cursor: Cursor) => void): void {
  const cursor = parseCursor(text);
  if (cursor) act(cursor);
}

function readJson(text: string): Frame | null {
  try {
    return JSON.parse(text) as Frame;
  } catch {
    return null;
  }
}
