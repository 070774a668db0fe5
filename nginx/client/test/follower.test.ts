import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ApiError } from '../src/api/http';
import type { EventPage } from '../src/api/types';
import { Follower } from '../src/live/follower';
import type { FromHub } from '../src/live/protocol';
import type { StreamListener } from '../src/live/stream';
import { defaultTiming } from '../src/live/timing';

const none = { unread: 0, unseen: 0, version: 0 };
const at = (seq: number, epoch = 'aaaa') => ({ epoch, seq });

function pageOf(seq: number, items: number[] = [], change: Partial<EventPage> = {}): EventPage {
  const events = items.map((id) => ({ id: `aaaa.${id}`, type: 'message:read' as const, data: { messageId: id, tenantId: 'acme', timestamp: '', payload: { readerEmail: 'x' } } }));
  return { items: events, cursor: `aaaa.${seq}`, more: false, gap: false, ...none, ...change };
}

/** A follower with a server that the test plays. */
class Scene {
  said: FromHub[] = [];
  opened: string[] = [];
  listener!: StreamListener;
  isOpen = false;
  answer: () => EventPage | ApiError = () => pageOf(10);
  asked = 0;
  follower: Follower;

  constructor(cursor: { epoch: string; seq: number } | null = at(10)) {
    this.follower = new Follower('acme', cursor, defaultTiming, {
      open: (address, listener) => {
        this.opened.push(address);
        this.listener = listener;
        this.isOpen = true;
        return { close: () => (this.isOpen = false) };
      },
      events: async () => {
        this.asked += 1;
        const answer = this.answer();
        if (answer instanceof ApiError) throw answer;
        return answer;
      },
      now: () => Date.now(),
    }, (message) => this.said.push(message));
    this.follower.start();
  }

  hello(seq = 10, change: Partial<Parameters<StreamListener['onHello']>[0]> = {}): this {
    this.listener.onHello({ cursor: at(seq), behind: 0, gap: false, counts: none, heartbeatMs: 25_000, ...change });
    return this;
  }

  get phase(): string {
    return this.follower.connection.phase;
  }

  kinds(kind: FromHub['kind']): FromHub[] {
    return this.said.filter((message) => message.kind === kind);
  }
}

const pass = (ms: number): Promise<unknown> => vi.advanceTimersByTimeAsync(ms);
const event = { type: 'message:new', data: { messageId: 1, tenantId: 'acme', timestamp: '', payload: {} } };

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a stream', () => {
  test('is opened from the cursor and is live with hello', () => {
    const scene = new Scene();
    expect(scene.opened).toEqual(['/api/messaging/stream/acme?cursor=aaaa.10']);
    expect(scene.phase).toBe('catching-up');
    expect(scene.hello().phase).toBe('live');
  });

  test('is catching up until the head that hello named is reached', async () => {
    const scene = new Scene();
    scene.answer = () => pageOf(14);
    expect(scene.hello(10, { behind: 3 }).phase).toBe('catching-up');
    scene.listener.onEvent(at(12), event);
    expect(scene.phase).toBe('catching-up');
    scene.listener.onHeartbeat(at(13));
    expect(scene.phase).toBe('live');
  });

  test('that lags behind by events of others is caught up by asking', async () => {
    const scene = new Scene();
    scene.answer = () => pageOf(13);
    scene.hello(10, { behind: 3 });
    await pass(1);
    expect(scene.phase).toBe('live');
  });

  test('passes every event once, in order', () => {
    const scene = new Scene().hello();
    for (const seq of [11, 11, 12, 10, 13]) scene.listener.onEvent(at(seq), event);
    expect(scene.kinds('event').map((message) => message.kind === 'event' && message.cursor.seq)).toEqual([11, 12, 13]);
  });

  test('with a gap means resync; a fresh one says from where it covers', () => {
    expect(new Scene().hello(40, { gap: true }).kinds('resync')).toEqual([{ kind: 'resync', cursor: at(40) }]);
    expect(new Scene(null).hello(40).kinds('covered')).toEqual([{ kind: 'covered', from: at(40) }]);
  });

  test('is rebuilt from its cursor after it was lost, with backoff', async () => {
    const scene = new Scene().hello();
    scene.listener.onEvent(at(12), event);
    scene.answer = () => pageOf(12);
    scene.listener.onLost();
    expect(scene.isOpen).toBe(false);
    expect(scene.phase).toBe('catching-up');
    await pass(600);
    expect(scene.phase).toBe('polling');
    await pass(600);
    expect(scene.opened.at(-1)).toBe('/api/messaging/stream/acme?cursor=aaaa.12');
    expect(scene.hello(12).phase).toBe('live');
  });

  test('waits longer with every failure, and at most a minute', async () => {
    const scene = new Scene();
    const waits: number[] = [];
    for (let round = 0; round < 9; round += 1) {
      const count = scene.opened.length;
      const begun = Date.now();
      scene.listener.onLost();
      while (scene.opened.length === count) await pass(100);
      waits.push(Date.now() - begun);
    }
    expect(waits[0]).toBeLessThanOrEqual(1000);
    expect(waits.every((wait, index) => index === 0 || wait >= (waits[index - 1] ?? 0))).toBe(true);
    expect(waits.at(-1)).toBeLessThanOrEqual(60_000);
  });

  test('that falls silent is lost after two and a half heartbeats', async () => {
    const scene = new Scene().hello();
    await pass(55_000);
    scene.listener.onHeartbeat(at(10));
    await pass(60_000);
    expect(scene.phase).toBe('live');
    scene.answer = () => new ApiError(0, 'no_answer');
    await pass(5000);
    expect(scene.phase).not.toBe('live');
  });
});

describe('a goodbye', () => {
  test.each(['drain', 'expired', 'capacity'])('%s: back after the time it names', async (reason) => {
    const scene = new Scene().hello();
    scene.listener.onBye(reason, 4000);
    await pass(3900);
    expect(scene.opened.length).toBe(1);
    expect(scene.phase).toBe('polling');
    await pass(200);
    expect(scene.opened.length).toBe(2);
  });

  test('replaced: polls, and does not come back for a nudge', async () => {
    const scene = new Scene().hello();
    scene.listener.onBye('replaced', 600_000);
    await pass(60_000);
    scene.follower.kick();
    await pass(60_000);
    expect(scene.opened.length).toBe(1);
    expect(scene.phase).toBe('polling');
    expect(scene.asked).toBeGreaterThan(6);
    await pass(485_000);
    expect(scene.opened.length).toBe(2);
  });

  test('revoked: asks at once, and stops when the session is gone', async () => {
    const scene = new Scene().hello();
    scene.answer = () => new ApiError(401, 'not_signed_in');
    scene.listener.onBye('revoked', 600_000);
    await pass(1);
    expect(scene.follower.connection).toMatchObject({ phase: 'stopped', reason: 'signed-out' });
    await pass(3_600_000);
    expect([scene.opened.length, scene.asked]).toEqual([1, 1]);
  });
});

describe('without a stream', () => {
  test('a refusal stops, and says why', async () => {
    for (const [status, reason] of [[401, 'signed-out'], [403, 'no-access'], [404, 'no-access']] as const) {
      const scene = new Scene();
      scene.answer = () => new ApiError(status, 'x');
      scene.listener.onLost();
      await pass(5000);
      expect(scene.follower.connection).toMatchObject({ phase: 'stopped', reason });
    }
  });

  test('no answer is offline; an answer brings what was missed', async () => {
    const scene = new Scene().hello();
    scene.answer = () => new ApiError(0, 'no_answer');
    scene.listener.onLost();
    await pass(900);
    expect(scene.phase).toBe('offline');
    scene.answer = () => pageOf(12, [11, 12]);
    await pass(15_000);
    expect(scene.kinds('event').length).toBe(2);
    expect(scene.phase).toBe('polling');
  });

  test('messaging that is switched off is offline by that reason, and comes back by itself', async () => {
    const scene = new Scene().hello();
    scene.answer = () => new ApiError(503, 'messaging_off');
    scene.listener.onLost();
    await pass(900);
    expect(scene.follower.connection).toMatchObject({ phase: 'offline', reason: 'off' });
    scene.answer = () => pageOf(10);
    await pass(15_000);
    expect(scene.follower.connection).toMatchObject({ phase: 'polling', reason: null });
  });

  test('stays offline, since the same moment, however often opening a stream fails', async () => {
    const scene = new Scene().hello();
    scene.answer = () => new ApiError(0, 'no_answer');
    scene.listener.onLost();
    await pass(900);
    const { since } = scene.follower.connection;
    for (let round = 0; round < 20; round += 1) {
      if (scene.isOpen) scene.listener.onLost();
      await pass(2000);
    }
    expect(scene.follower.connection).toMatchObject({ phase: 'offline', since });
    expect(scene.asked).toBeGreaterThan(4);
  });

  test('asks four times a minute, but once a minute beside a stream', async () => {
    const scene = new Scene().hello();
    for (let minute = 0; minute < 5; minute += 1) {
      await pass(30_000);
      scene.listener.onHeartbeat(at(10));
      await pass(30_000);
      scene.listener.onHeartbeat(at(10));
    }
    expect(scene.asked).toBe(5);
    scene.listener.onBye('replaced', 600_000);
    scene.asked = 0;
    await pass(300_000);
    expect(scene.asked).toBeGreaterThanOrEqual(20);
    expect(scene.asked).toBeLessThanOrEqual(22);
  });

  test('reads page after page until the end', async () => {
    const scene = new Scene().hello(10, { behind: 900 });
    const pages = [pageOf(500, [100], { more: true }), pageOf(910, [901])];
    scene.answer = () => pages.shift() ?? pageOf(910);
    await pass(10);
    expect(scene.kinds('event').length).toBe(2);
    expect(scene.phase).toBe('live');
  });

  test('a failed question while the stream speaks makes it doubtful only if there was no answer at all', async () => {
    const scene = new Scene().hello();
    scene.answer = () => new ApiError(503, 'busy');
    scene.follower.kick();
    await pass(10);
    expect(scene.phase).toBe('live');
    scene.answer = () => new ApiError(0, 'no_answer');
    await pass(1000);
    scene.follower.kick();
    await pass(1);
    expect(scene.phase).toBe('offline');
  });
});

test('counts that are older are not passed on', () => {
  const scene = new Scene().hello(10, { counts: { unread: 2, unseen: 1, version: 10 } });
  scene.listener.onCounts({ unread: 9, unseen: 9, version: 9 });
  scene.listener.onCounts({ unread: 3, unseen: 2, version: 11 });
  expect(scene.kinds('counts').length).toBe(2);
  expect(scene.follower.counts?.counts.unread).toBe(3);
});
