import { describe, expect, test } from 'vitest';
import type { MessageItem, MessagePage, SignedIn } from '../src/api/types';
import type { Action } from '../src/store/actions';
import { reduce } from '../src/store/reduce';
import { shownConnection, shownItems } from '../src/store/selectors';
import { startState, type State } from '../src/store/state';

const me = 'bob@acme.example';
const alice = 'alice@acme.example';
const person: SignedIn = {
  email: me, name: 'Bob', isGlobalAdmin: false, expiresAt: '2027-01-01T00:00:00.000Z',
  tenants: [{ id: 'acme', name: 'Acme', isAdmin: false }],
};

const at = (seq: number, epoch = 'aaaa') => ({ epoch, seq });

function item(id: number, change: Partial<MessageItem> = {}): MessageItem {
  return {
    id, tenantId: 'acme', subject: `Subject ${id}`, excerpt: '', senderEmail: alice, senderName: 'Alice', messageType: 'direct',
    priority: 'normal', createdAt: '2026-11-22T10:00:00.000Z', expiresAt: null, version: id, editedAt: null, inReplyTo: null,
    threadId: id, recipientCount: 1, recipients: [{ email: me, name: 'Bob' }], isRead: false, readAt: null, isArchived: false,
    isSaved: false, isRecalled: false, recalledAt: null, recallReason: null, attachments: [], links: [], ...change,
  };
}

function page(seq: number, ids: number[], change: Partial<MessagePage> = {}): MessagePage {
  return { items: ids.map((id) => item(id)), nextCursor: null, cursor: `aaaa.${seq}`, ...change };
}

const asked = (key: 'inbox' | 'inbox:unread' | 'sent' = 'inbox', isMore = false): Action => ({ type: 'list-asked', key, isMore });
const came = (what: MessagePage, key: 'inbox' | 'inbox:unread' | 'sent' = 'inbox', isMore = false): Action =>
  ({ type: 'list-came', key, isMore, page: what });

function arrives(seq: number, id: number, change: Record<string, unknown> = {}): Action {
  const { recipients: _names, ...summary } = { ...item(id), ...change };
  const payload = { ...summary, version: seq, attachmentCount: 0, linkCount: 0 };
  return { type: 'event', cursor: at(seq), event: { type: 'message:new', data: { messageId: id, tenantId: 'acme', timestamp: '', payload } } };
}

function read(seq: number, id: number, payload: Record<string, unknown> = {}): Action {
  const whole = { readerEmail: me, isRead: true, readAt: 'now', ...payload };
  return { type: 'event', cursor: at(seq), event: { type: 'message:read', data: { messageId: id, tenantId: 'acme', timestamp: '', payload: whole } } };
}

const after = (...actions: Action[]): State =>
  actions.reduce(reduce, reduce(startState, { type: 'signed-in', person, tenantId: 'acme' }));
const loaded = (seq: number, ids: number[]): Action[] => [{ type: 'covered', from: at(1) }, asked(), came(page(seq, ids))];
const ids = (state: State): number[] => shownItems(state).map((one) => one.id);

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
    expect(shownConnection(missed).phase).toBe('catching-up');
    const clean = [asked(), came(page(50, [9]))].reduce(reduce, missed);
    expect(clean.lists.inbox?.isDirty).toBe(false);
    expect(shownConnection(clean).phase).toBe('live');
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
  const full = after(...loaded(10, [9]), arrives(11, 11), { type: 'draft', draft: { recipients: [], subject: 'x', body: '', priority: 'normal', replyTo: null, status: 'editing', attempt: 0, problem: null } });
  for (const action of [{ type: 'tenant', tenantId: 'globex' }, { type: 'signed-out', note: 'ended' }] as Action[]) {
    expect(reduce(full, action)).toMatchObject({ items: {}, lists: {}, counts: null, draft: null, applied: null, covered: null });
  }
});
