// What each event of the log does to the rows, the lists and the open message (CONTRACTS: Stream).
import { describe, expect, test } from 'vitest';
import type { Message } from '../src/api/types';
import { ApiError } from '../src/api/http';
import { reduce } from '../src/store/reduce';
import { shownItems } from '../src/store/selectors';
import type { State } from '../src/store/state';
import { after, alice, arrives, asked, at, came, event, ids, item, loaded, me, page } from './scene';

const view = (messageId: number | null, folder: 'inbox' | 'sent' | 'archived' = 'inbox', unreadOnly = false) =>
  ({ type: 'view', view: { folder, unreadOnly, messageId } }) as const;

function whole(id: number, change: Partial<Message> = {}): Message {
  const { excerpt: _, ...rest } = item(id);
  return { ...rest, body: `Body ${id}`, bodyHtml: '', ...change };
}

/** Message 9 is open. */
const reading = (): State => after(...loaded(10, [9, 8]), view(9), { type: 'message-asked' }, { type: 'message-came', message: whole(9) });
const summary = (id: number, seq: number, change: Record<string, unknown> = {}) => {
  const action = arrives(seq, id, change);
  return action.type === 'event' ? (action.event.data.payload as Record<string, unknown>) : {};
};

describe('message:update', () => {
  const edited = (seq: number) =>
    event(seq, 'message:update', 9, summary(9, seq, { subject: 'Edited', excerpt: 'Other words', priority: 'urgent' }));

  test('changes subject, excerpt and priority, and nothing else', () => {
    const before = after(...loaded(10, [9, 8]), event(11, 'message:archive', 8, { archived: false, saved: true }),
      event(12, 'message:read', 9, { readerEmail: me, isRead: true, readAt: 'now' }));
    const state = reduce(before, edited(13));
    expect(ids(state)).toEqual([9, 8]);
    expect(state.items[9]).toEqual({ ...before.items[9], subject: 'Edited', excerpt: 'Other words', priority: 'urgent', version: 13 });
  });

  test('asks again for the message that is open, and keeps showing it meanwhile', () => {
    expect(reduce(reading(), edited(11)).reading).toMatchObject({ status: 'idle', message: { body: 'Body 9' } });
  });

  test('that overtakes the answer to a question makes that answer old', () => {
    const state = [{ type: 'message-asked' } as const, edited(11), { type: 'message-came', message: whole(9) } as const].reduce(reduce, reading());
    expect(state.reading.status).toBe('idle');
    const again = [{ type: 'message-asked' } as const, { type: 'message-came', message: whole(9, { version: 11, subject: 'Edited' }) } as const].reduce(reduce, state);
    expect(again.reading).toMatchObject({ status: 'ready', message: { subject: 'Edited' } });
  });

  test('older than what is shown changes nothing, and asks for nothing', () => {
    const state = [{ type: 'message-asked' } as const, { type: 'message-came', message: whole(9, { version: 14 }) } as const, edited(13)].reduce(reduce, reading());
    expect(state.items[9]?.subject).toBe('Subject 9');
    expect(state.reading.status).toBe('ready');
  });

  test('of a message that is not known here makes no row', () => {
    expect(ids(after(...loaded(10, [8]), edited(11)))).toEqual([8]);
  });
});

describe('message:recall', () => {
  const recall = event(11, 'message:recall', 9, { reason: 'Wrong list', recalledAt: '2026-11-22T11:00:00.000Z' });

  test('leaves a row without words', () => {
    const state = after(...loaded(10, [9, 8]), recall);
    expect(state.items[9]).toMatchObject({ subject: '', excerpt: '', isRecalled: true, isRead: true, attachmentCount: 0, linkCount: 0 });
    expect(ids(state)).toEqual([9, 8]);
  });

  test('takes the words of the open message at once, keeps the reason, and asks again', () => {
    const { status, message } = reduce(reading(), recall).reading;
    expect(status).toBe('idle');
    expect(message).toMatchObject({ subject: '', body: '', isRecalled: true, recallReason: 'Wrong list', recalledAt: '2026-11-22T11:00:00.000Z' });
  });

  test('is not undone by an older page', () => {
    const state = after(...loaded(10, [9]), recall, asked('inbox', true), came(page(10, [9]), 'inbox', true));
    expect(state.items[9]).toMatchObject({ subject: '', isRecalled: true });
  });
});

describe('message:delete', () => {
  test.each(['all', 'me'])('scope %s: leaves every list', (scope) => {
    const state = after(...loaded(10, [9, 8]), asked('inbox:unread'), came(page(10, [9, 8]), 'inbox:unread'),
      event(11, 'message:delete', 9, { scope, deletedBy: alice }));
    expect(ids(state)).toEqual([8]);
    expect(state.lists['inbox:unread']?.ids).toEqual([8]);
    expect(state.items[9]).toBeUndefined();
  });

  test('of many at once', () => {
    const state = after(...loaded(10, [9, 8, 7]), event(11, 'message:delete', 0, { scope: 'all', deletedBy: alice, messageIds: [9, 7] }));
    expect(ids(state)).toEqual([8]);
  });

  test('while a page is under way: it does not come back with it', () => {
    const state = after({ type: 'covered', from: at(1) }, asked(), event(11, 'message:delete', 9, { scope: 'all', deletedBy: alice }), came(page(10, [9, 8])));
    expect(ids(state)).toEqual([8]);
  });

  test('says so where it is open, and not where another one is', () => {
    const gone = reduce(reading(), event(11, 'message:delete', 0, { scope: 'all', deletedBy: alice, messageIds: [8, 9] }));
    expect(gone.reading).toMatchObject({ status: 'gone', message: null });
    expect(reduce(reading(), event(11, 'message:delete', 8, { scope: 'all', deletedBy: alice })).reading.status).toBe('ready');
  });

  test('that was missed: the answer 404 says it', () => {
    const state = [{ type: 'missed', cursor: at(50) } as const, { type: 'message-asked' } as const,
      { type: 'message-failed', problem: new ApiError(404, 'not_found') } as const].reduce(reduce, reading());
    expect(state.reading).toMatchObject({ status: 'gone', message: null });
  });
});

describe('message:archive', () => {
  const archive = (seq: number, payload: Record<string, unknown>, id = 9) => event(seq, 'message:archive', id, payload);
  const both = () => after(...loaded(10, [9, 8]), asked('archived'), came(page(10, [5], {}, { isArchived: true }), 'archived'));

  test('moves a row into the archive and back', () => {
    const away = reduce(both(), archive(11, { archived: true, saved: false }));
    expect([away.lists.inbox?.ids, away.lists.archived?.ids]).toEqual([[8], [9, 5]]);
    const back = reduce(away, archive(12, { archived: false, saved: false }));
    expect([back.lists.inbox?.ids, back.lists.archived?.ids]).toEqual([[9, 8], [5]]);
    expect(Object.values(back.lists).some((list) => list.isDirty)).toBe(false);
  });

  test('what I sent goes back under sent, not into the inbox', () => {
    const sent = after({ type: 'covered', from: at(1) }, asked('sent'), came(page(10, [9], {}, { senderEmail: me }), 'sent'),
      asked(), came(page(10, [])), archive(11, { archived: true, saved: false }));
    expect(sent.lists.sent?.ids).toEqual([]);
    const back = reduce(sent, archive(12, { archived: false, saved: false }));
    expect([back.lists.sent?.ids, back.lists.inbox?.ids]).toEqual([[9], []]);
  });

  test('saving marks the row and moves nothing', () => {
    const state = reduce(both(), archive(11, { archived: false, saved: true }));
    expect(state.items[9]).toMatchObject({ isSaved: true, isArchived: false });
    expect([state.lists.inbox?.ids, state.lists.archived?.ids]).toEqual([[9, 8], [5]]);
  });

  test('many at once, of which some are not known here: the archive is read again, the inbox needs not be', () => {
    const state = reduce(both(), archive(11, { archived: true, messageIds: [9, 3] }, 0));
    expect([state.lists.inbox?.ids, state.lists.archived?.ids]).toEqual([[8], [9, 5]]);
    expect([state.lists.inbox?.isDirty, state.lists.archived?.isDirty]).toEqual([false, true]);
    expect(state.items[9]).toMatchObject({ isArchived: true, isSaved: false });
  });

  test('one that is older than the pages read so far does not jump in', () => {
    const state = after(...loaded(10, [5]), asked(), came(page(10, [9, 8], { nextCursor: '8' })), archive(11, { archived: false, saved: true }, 5));
    expect(state.lists.inbox?.ids).toEqual([9, 8]);
  });

  test('a read row that is open in the unread list stays while it is saved, goes when it is put away', () => {
    const open = after(view(9, 'inbox', true), { type: 'covered', from: at(1) }, asked('inbox:unread'), came(page(10, [9, 8]), 'inbox:unread'),
      event(11, 'message:read', 9, { readerEmail: me, isRead: true, readAt: 'now' }), archive(12, { archived: false, saved: true }));
    expect(ids(open)).toEqual([9, 8]);
    expect(ids(reduce(open, archive(13, { archived: true, saved: true })))).toEqual([8]);
  });

  test('an older one does not undo a newer page', () => {
    const state = after(...loaded(10, [9]), asked('archived'), came(page(20, [9], {}, { isArchived: true, version: 20 }), 'archived'),
      archive(15, { archived: false, saved: false }));
    expect(state.items[9]).toMatchObject({ isArchived: true });
  });
});

describe('a replay, in which a later change took back what an event said', () => {
  const taken = (seq: number, type: string) => event(seq, type, 12, {});

  test('an arrival without words: the lists are read again, and what is said later makes no nonsense of it', () => {
    const state = after(...loaded(10, [9]), asked('archived'), came(page(10, []), 'archived'), taken(11, 'message:new'),
      event(12, 'message:update', 12, summary(12, 12)));
    expect([state.lists.inbox?.isDirty, state.lists.archived?.isDirty]).toEqual([true, false]);
    expect(ids(state)).toEqual([9]);
  });

  test('an update, a reading, a recall or an archiving without words changes no words', () => {
    const before = after(...loaded(10, [9]), arrives(11, 12));
    for (const type of ['message:update', 'message:read', 'message:archive']) {
      expect(reduce(before, taken(12, type)).items[12]).toMatchObject({ subject: 'Subject 12', isRead: false, isArchived: false });
    }
    expect(reduce(before, taken(12, 'message:recall')).items[12]).toMatchObject({ subject: '', isRecalled: true });
  });
});

describe('message:read of many', () => {
  test('unread again: all come back to the unread list', () => {
    const state = after(view(null, 'inbox', true), { type: 'covered', from: at(1) }, asked('inbox:unread'), came(page(10, [9, 8, 7]), 'inbox:unread'),
      event(11, 'message:read', 0, { readerEmail: me, upToMessageId: 9 }), event(12, 'message:read', 0, { readerEmail: me, isRead: false, readAt: null, messageIds: [9, 7] }));
    expect(ids(state)).toEqual([9, 7]);
    expect(state.lists['inbox:unread']?.isDirty).toBe(false);
  });
});

describe('attachments and links', () => {
  test('are counted, once, and what is open is asked for again', () => {
    const state = [event(11, 'message:attachment:added', 9, { attachment: {} }), event(11, 'message:attachment:added', 9, { attachment: {} }),
      event(12, 'message:link:added', 9, { link: {} })].reduce(reduce, reading());
    expect(state.items[9]).toMatchObject({ attachmentCount: 1, linkCount: 1 });
    expect(state.reading.status).toBe('idle');
    expect(reduce(state, event(13, 'message:attachment:removed', 9, { attachmentId: 1 })).items[9]?.attachmentCount).toBe(0);
  });

  test('a scan changes no row', () => {
    const before = after(...loaded(10, [9]));
    expect(reduce(before, event(11, 'message:attachment:scanned', 9, { attachmentId: 1, state: 'clean' })).items).toEqual(before.items);
  });
});

test.each(['tenant:settings', 'message:frobnicated'])('%s changes nothing that is shown, and moves the place in the log', (type) => {
  const before = reading();
  const state = reduce(before, event(11, type, 0, { changed: ['limits.recipients'] }));
  expect(state).toEqual({ ...before, applied: at(11) });
});

describe('after a gap', () => {
  test('what is open is asked for again as well', () => {
    expect(reduce(reading(), { type: 'missed', cursor: at(50) }).reading).toMatchObject({ status: 'idle', message: { id: 9 } });
  });

  test('an answer from before does not count', () => {
    const state = [{ type: 'message-asked' } as const, { type: 'missed', cursor: at(50) } as const, { type: 'message-came', message: whole(9) } as const].reduce(reduce, reading());
    expect(state.reading.status).toBe('idle');
  });

  test('after a restore, the lower versions of the new epoch are the truth', () => {
    const read = event(900, 'message:read', 9, { readerEmail: me, isRead: true, readAt: 'now' });
    const restored = [{ type: 'missed', cursor: at(3, 'bbbb') } as const, asked(),
      came(page(3, [9], { cursor: 'bbbb.3' }, { version: 2, subject: 'As it was' }))].reduce(reduce, after(...loaded(800, [9]), read));
    expect(restored.items[9]).toMatchObject({ subject: 'As it was', isRead: false });
    expect(restored.lists.inbox?.isDirty).toBe(false);
  });

  test('after a restore, a late page of the old database is not taken', () => {
    const late = came(page(900, [9, 8], {}, { version: 900, subject: 'Never was' }));
    const state = [asked(), { type: 'missed', cursor: at(3, 'bbbb') } as const, late].reduce(reduce, after(...loaded(800, [9])));
    expect(state.lists.inbox?.isDirty).toBe(true);
    expect(shownItems(state).map((one) => one.subject)).toEqual(['Subject 9']);
  });
});

describe('an act of one’s own', () => {
  const put = { seq: 11, epoch: null, type: 'message:archive', messageId: 9, payload: { archived: true, saved: false } };

  test('is applied by its answer, closes what it took away, and its event changes nothing more', () => {
    const state = reduce(reading(), { type: 'acted', change: put, notice: { said: 'archivedNow', messageId: 9 } });
    expect(ids(state)).toEqual([8]);
    expect(state.view.messageId).toBeNull();
    expect(state.notice).toEqual({ said: 'archivedNow', messageId: 9 });
    const told = reduce(state, event(11, 'message:archive', 9, { archived: true, saved: false }));
    expect({ ...told, applied: null }).toEqual({ ...state, applied: null });
  });

  test('saving leaves it open', () => {
    const state = reduce(reading(), { type: 'acted', change: { ...put, payload: { archived: false, saved: true } }, notice: null });
    expect(state.view.messageId).toBe(9);
    expect(state.items[9]?.isSaved).toBe(true);
  });

  test('deleting closes without saying that it is gone', () => {
    const state = reduce(reading(), { type: 'acted', change: { ...put, type: 'message:delete', payload: { scope: 'me', deletedBy: me } }, notice: { said: 'messageDeleted' } });
    expect([state.view.messageId, state.reading.status]).toEqual([null, 'idle']);
    expect(ids(state)).toEqual([8]);
  });

  test('recalling leaves what is open without its words', () => {
    const state = reduce(reading(), { type: 'acted', change: { ...put, type: 'message:recall', payload: { reason: 'Oops', recalledAt: 'now' } }, notice: { said: 'messageRecalled' } });
    expect(state.view.messageId).toBe(9);
    expect(state.reading.message).toMatchObject({ isRecalled: true, body: '', recallReason: 'Oops' });
  });
});
