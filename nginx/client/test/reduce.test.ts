import { describe, expect, test } from 'vitest';
import type { Action } from '../src/store/actions';
import { reduce } from '../src/store/reduce';
import { shownItems, shownPhase, withShown } from '../src/store/selectors';
import { after, alice, arrives, asked, at, came, ids, item, loaded, me, page, person, read } from './scene';

describe('a list', () => {
  test('takes arrivals that its snapshot does not hold, newest first', () => {
    expect(ids(after(...loaded(10, [9, 8]), arrives(11, 11), arrives(12, 12)))).toEqual([12, 11, 9, 8]);
  });

  test('drops events at or below its snapshot', () => {
    expect(ids(after(...loaded(10, [9]), arrives(10, 10)))).toEqual([9]);
  });

  test('keeps what came while it was under way', () => {
    const state = after({ type: 'covered', from: at(1) }, asked(), arrives(11, 11), came(page(10, [9])));
    expect(ids(state)).toEqual([11, 9]);
    expect(state.recent).toEqual([]);
  });

  test('does not let another list move its place in the log', () => {
    const state = after(...loaded(10, [9]), asked('sent'), came(page(20, []), 'sent'), arrives(15, 15));
    expect(ids(state)).toEqual([15, 9]);
  });

  test('grows by pages without changing its snapshot', () => {
    const state = after(...loaded(10, [9, 8]), asked('inbox', true), came(page(30, [7, 6], { nextCursor: '6' }), 'inbox', true));
    expect(ids(state)).toEqual([9, 8, 7, 6]);
    expect(state.lists.inbox?.snapshot).toEqual(at(10));
  });

  test('does not take what is older than its last page while there is more', () => {
    const state = after({ type: 'covered', from: at(1) }, asked(), came(page(10, [9, 8], { nextCursor: '8' })), arrives(11, 5));
    expect(ids(state)).toEqual([9, 8]);
  });

  test('puts own messages under sent only', () => {
    const state = after(...loaded(10, [9]), asked('sent'), came(page(10, []), 'sent'), arrives(11, 11, { senderEmail: me }));
    expect(state.lists.inbox?.ids).toEqual([9]);
    expect(state.lists.sent?.ids).toEqual([11]);
  });

  test('loses what was deleted', () => {
    const gone: Action = { type: 'event', cursor: at(11), event: { type: 'message:delete', data: { messageId: 9, tenantId: 'acme', timestamp: '', payload: { scope: 'all', deletedBy: alice } } } };
    expect(ids(after(...loaded(10, [9, 8]), gone))).toEqual([8]);
  });
});

describe('dirt', () => {
  const live: Action = { type: 'connection', connection: { phase: 'live', since: 1, reason: null } };

  test('stays after a gap until a snapshot that was asked for afterwards is stored', () => {
    const missed = after(...loaded(10, [9]), live, { type: 'missed', cursor: at(50) });
    expect(missed.lists.inbox?.isDirty).toBe(true);
    expect(shownPhase(missed)).toBe('catching-up');
    const clean = [asked(), came(page(50, [9]))].reduce(reduce, missed);
    expect(clean.lists.inbox?.isDirty).toBe(false);
    expect(shownPhase(clean)).toBe('live');
  });

  test('is not washed off by an answer to an older question', () => {
    const state = after(...loaded(10, [9]), asked(), { type: 'missed', cursor: at(50) }, came(page(49, [9])));
    expect(state.lists.inbox?.isDirty).toBe(true);
  });

  test('comes when events begin after the snapshot', () => {
    expect(after(asked(), came(page(10, [9])), { type: 'covered', from: at(12) }).lists.inbox?.isDirty).toBe(true);
    expect(after({ type: 'covered', from: at(12) }, asked(), came(page(10, [9]))).lists.inbox?.isDirty).toBe(true);
  });

  test('does not come when events were applied up to where they begin again', () => {
    const state = after(...loaded(10, [9]), arrives(11, 11), { type: 'covered', from: at(11) });
    expect(state.lists.inbox?.isDirty).toBe(false);
  });

  test('comes with another epoch', () => {
    expect(after(...loaded(10, [9]), { type: 'covered', from: at(3, 'bbbb') }).lists.inbox?.isDirty).toBe(true);
  });
});

describe('versions', () => {
  test('an older event does not undo a newer one', () => {
    const state = after(...loaded(10, [9]), { type: 'marked', read: { messageId: 9, isRead: false, readAt: null, unread: 1, unseen: 0, version: 14, cursor: 'aaaa.14' } }, read(13, 9));
    expect(state.items[9]?.isRead).toBe(false);
  });

  test('an answer that overtakes the stream hides no change of the text', () => {
    const own: Action = { type: 'marked', read: { messageId: 9, isRead: true, readAt: 'now', unread: 0, unseen: 0, version: 14, cursor: 'aaaa.14' } };
    const update = arrives(12, 9, { subject: 'Edited' });
    if (update.type === 'event') update.event.type = 'message:update';
    const state = after(...loaded(10, [9]), own, update);
    expect(state.items[9]).toMatchObject({ subject: 'Edited', isRead: true });
  });

  test('an older page does not undo a newer event', () => {
    const state = after(...loaded(10, [9]), read(12, 9), asked('inbox', true), came(page(11, [9]), 'inbox', true));
    expect(state.items[9]?.isRead).toBe(true);
  });

  test('the same event twice is one', () => {
    const once = after(...loaded(10, [9]), arrives(11, 11));
    expect(reduce(once, arrives(11, 11))).toBe(once);
  });

  test('older counts are ignored, those of another epoch are not', () => {
    const counts = (version: number, unread: number, epoch = 'aaaa'): Action => ({ type: 'counts', epoch, counts: { unread, unseen: 0, version } });
    expect(after(counts(12, 3), counts(11, 9)).counts?.unread).toBe(3);
    expect(after(counts(12, 3), counts(2, 9, 'bbbb')).counts?.unread).toBe(9);
  });
});

describe('reading', () => {
  test('read-all reads up to an id, seen reads nothing', () => {
    const state = after(...loaded(10, [9, 8]), arrives(11, 11), read(12, 0, { isRead: undefined, upToMessageId: 9 }), read(13, 0, { messageIds: [] }));
    expect(shownItems(state).map((one) => one.isRead)).toEqual([false, true, true]);
  });

  test('what others read shows on what I sent, and never as read by me', () => {
    const sent = page(10, []);
    sent.items = [item(9, { senderEmail: me, recipients: [{ email: alice, name: 'Alice', isRead: false, readAt: null }], isRead: true })];
    const state = after({ type: 'covered', from: at(1) }, asked('sent'), came(sent, 'sent'), read(11, 9, { readerEmail: alice }));
    expect(state.items[9]?.recipients?.[0]).toMatchObject({ isRead: true });
  });

  test('a read row leaves the unread list unless it is open, and returns when it is unread', () => {
    const view = (messageId: number | null): Action => ({ type: 'view', view: { folder: 'inbox', unreadOnly: true, messageId } });
    const open = after(view(9), { type: 'covered', from: at(1) }, asked('inbox:unread'), came(page(10, [9, 8]), 'inbox:unread'), read(11, 9));
    expect(ids(open)).toEqual([9, 8]);
    expect(ids(reduce(open, view(null)))).toEqual([8]);
    expect(ids([view(null), read(12, 9, { isRead: false })].reduce(reduce, open))).toEqual([9, 8]);
  });
});

test('nothing of one person or tenant is left for the next', () => {
  const full = after(...loaded(10, [9]), arrives(11, 11), { type: 'draft', draft: { recipients: [], subject: 'x', body: '', priority: 'normal', replyTo: null, forwardOf: null, status: 'editing', attempt: 0, problem: null } });
  for (const action of [{ type: 'tenant', tenantId: 'globex' }, { type: 'signed-out', note: 'ended' }] as Action[]) {
    expect(reduce(full, action)).toMatchObject({ items: {}, lists: {}, counts: null, draft: null, applied: null, covered: null });
  }
});

describe('a draft', () => {
  const draft = { recipients: [], subject: 'Long', body: 'Two hours of work', priority: 'normal', replyTo: null, forwardOf: null, status: 'sending', attempt: 2, problem: null } as const;
  const ended = after({ type: 'draft', draft: { ...draft, recipients: [] } }, { type: 'signed-out', note: 'ended' });

  test('that a session’s end interrupted is given back to who wrote it', () => {
    expect(ended.draft).toBeNull();
    const back = reduce(ended, { type: 'signed-in', person, tenantId: 'acme' });
    expect(back.draft).toEqual({ ...draft, status: 'editing', attempt: 0 });
    expect(back.kept).toBeNull();
  });

  test('is not given to others, nor in another tenant, nor after signing out', () => {
    const other = { ...person, email: alice };
    for (const next of [{ person: other, tenantId: 'acme' }, { person, tenantId: 'globex' }]) {
      expect(reduce(ended, { type: 'signed-in', ...next })).toMatchObject({ draft: null, kept: null });
    }
    expect(reduce(ended, { type: 'signed-out', note: null }).kept).toBeNull();
  });

  test('without words is not kept', () => {
    expect(after({ type: 'draft', draft: { ...draft, recipients: [], subject: '', body: '' } }, { type: 'signed-out', note: 'ended' }).kept).toBeNull();
  });
});

describe('since when', () => {
  const told = (phase: 'live' | 'offline', since: number) => ({ type: 'connection', connection: { phase, since, reason: null } }) as const;
  const steps = (...all: [Parameters<typeof reduce>[1], number][]) => {
    let state = after();
    for (const [action, now] of all) state = withShown(reduce(state, action), state, now);
    return state.shown;
  };

  test('what the hub says began when the hub says', () => {
    expect(steps([told('offline', 5), 9])).toMatchObject({ phase: 'offline', since: 5 });
  });

  test('a list that was read since is whole since then, not since the stream is', () => {
    expect(steps([asked(), 1], [told('live', 1), 2], [came(page(10, [9])), 7])).toMatchObject({ phase: 'live', since: 7 });
  });

  test('a live page with a hole in its list catches up since the hole is known', () => {
    const whole: [Parameters<typeof reduce>[1], number][] = [[told('live', 1), 1], [asked(), 2], [came(page(10, [9])), 3]];
    expect(steps(...whole, [{ type: 'missed', cursor: at(50) }, 60])).toMatchObject({ phase: 'catching-up', since: 60 });
    expect(steps(...whole, [{ type: 'missed', cursor: at(50) }, 60], [asked(), 61], [came(page(50, [9])), 62])).toMatchObject({ phase: 'live', since: 62 });
  });
});
