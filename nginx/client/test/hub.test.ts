import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Hub, type Port } from '../src/live/hub';
import type { FromHub, Told } from '../src/live/protocol';
import type { StreamListener } from '../src/live/stream';
import { defaultTiming } from '../src/live/timing';

const at = (seq: number) => ({ epoch: 'aaaa', seq });
const event = { type: 'message:new', data: { messageId: 1, tenantId: 'acme', timestamp: '', payload: {} } };

class Page implements Port {
  heard: Told[] = [];
  post(message: Told): void {
    this.heard.push(message);
  }
  got(kind: FromHub['kind']): number {
    return this.heard.filter((message) => message.kind === kind).length;
  }
}

let streams: { listener: StreamListener; address: string; isOpen: boolean }[];
let hub: Hub;

beforeEach(() => {
  vi.useFakeTimers();
  streams = [];
  hub = new Hub({
    open: (address, listener) => {
      const stream = { listener, address, isOpen: true, close: () => (stream.isOpen = false) };
      streams.push(stream);
      return stream;
    },
    events: () => new Promise(() => {}),
    now: () => Date.now(),
  });
});
afterEach(() => vi.useRealTimers());

function attach(page: Page, tenantId = 'acme'): Page {
  hub.receive(page, { kind: 'attach', person: 'bob', tenantId, cursor: null, timing: defaultTiming });
  return page;
}

const hello = (seq = 5): void =>
  streams.at(-1)?.listener.onHello({ cursor: at(seq), behind: 0, gap: false, counts: { unread: 1, unseen: 1, version: 5 }, heartbeatMs: 25_000 });

test('many pages, one stream; each is told', () => {
  const pages = Array.from({ length: 10 }, () => attach(new Page()));
  hello();
  streams[0]?.listener.onEvent(at(6), event);
  expect(streams.length).toBe(1);
  expect(pages.map((page) => [page.got('covered'), page.got('event')])).toEqual(pages.map(() => [1, 1]));
});

test('a page that comes later learns state, counts and from where it is covered', () => {
  attach(new Page());
  hello();
  streams[0]?.listener.onEvent(at(6), event);
  const late = attach(new Page());
  expect(late.heard).toContainEqual({ kind: 'covered', from: at(6), place: 'bob acme' });
  expect(late.got('counts')).toBe(1);
  expect(late.heard.find((message) => message.kind === 'connection')).toMatchObject({ connection: { phase: 'live' } });
});

test('the last page of a tenant closes its stream, others keep theirs', () => {
  const [one, two, other] = [attach(new Page()), attach(new Page()), attach(new Page(), 'globex')];
  hub.remove(one);
  expect(streams.map((stream) => stream.isOpen)).toEqual([true, true]);
  hub.receive(two, { kind: 'leave' });
  expect(streams.map((stream) => stream.isOpen)).toEqual([false, true]);
  attach(other, 'acme');
  expect(streams.map((stream) => stream.isOpen)).toEqual([false, false, true]);
});

test('what one page does to the session, the others hear', () => {
  const [one, two] = [attach(new Page()), attach(new Page())];
  hub.receive(one, { kind: 'session' });
  expect([one.got('session'), two.got('session')]).toEqual([0, 1]);
});

test('what is told of a room says of which', () => {
  const page = attach(new Page());
  attach(page, 'globex');
  streams[0]?.listener.onEvent(at(6), event); // of a stream that is closed already
  hello();
  expect(new Set(page.heard.map((message) => message.place))).toEqual(new Set(['bob acme', 'bob globex']));
  expect(page.heard.at(-1)?.place).toBe('bob globex');
});
