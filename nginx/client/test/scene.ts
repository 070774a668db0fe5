// A state with some mail in it, and short words for what happens to it.
import type { MessageItem, MessagePage, SignedIn } from '../src/api/types';
import type { Action } from '../src/store/actions';
import { reduce } from '../src/store/reduce';
import { shownItems } from '../src/store/selectors';
import { startState, type ListKey, type State } from '../src/store/state';

export const me = 'bob@acme.example';
export const alice = 'alice@acme.example';
export const person: SignedIn = {
  email: me, name: 'Bob', isGlobalAdmin: false, expiresAt: '2027-01-01T00:00:00.000Z', signedInAt: '2026-12-01T00:00:00.000Z',
  tenants: [{ id: 'acme', name: 'Acme', isAdmin: false }],
};

export const at = (seq: number, epoch = 'aaaa') => ({ epoch, seq });

export function item(id: number, change: Partial<MessageItem> = {}): MessageItem {
  return {
    id, tenantId: 'acme', subject: `Subject ${id}`, excerpt: '', senderEmail: alice, senderName: 'Alice', messageType: 'direct',
    priority: 'normal', createdAt: '2026-11-22T10:00:00.000Z', expiresAt: null, version: id, editedAt: null, inReplyTo: null,
    threadId: id, recipientCount: 1, recipients: [{ email: me, name: 'Bob' }], isRead: false, readAt: null, isArchived: false,
    isSaved: false, isRecalled: false, recalledAt: null, recallReason: null, attachments: [], links: [], ...change,
  };
}

export function page(seq: number, ids: number[], change: Partial<MessagePage> = {}, items: Partial<MessageItem> = {}): MessagePage {
  return { items: ids.map((id) => item(id, items)), nextCursor: null, cursor: `aaaa.${seq}`, ...change };
}

export const asked = (key: ListKey = 'inbox', isMore = false): Action => ({ type: 'list-asked', key, isMore });
export const came = (what: MessagePage, key: ListKey = 'inbox', isMore = false): Action =>
  ({ type: 'list-came', key, isMore, page: what });

export const event = (seq: number, type: string, messageId: number, payload: unknown): Action =>
  ({ type: 'event', cursor: at(seq), event: { type, data: { messageId, tenantId: 'acme', timestamp: '', payload } } });

export function arrives(seq: number, id: number, change: Record<string, unknown> = {}): Action {
  const { recipients: _names, ...summary } = { ...item(id), ...change };
  return event(seq, 'message:new', id, { ...summary, version: seq, attachmentCount: 0, linkCount: 0 });
}

export const read = (seq: number, id: number, payload: Record<string, unknown> = {}): Action =>
  event(seq, 'message:read', id, { readerEmail: me, isRead: true, readAt: 'now', ...payload });

export const after = (...actions: Action[]): State =>
  actions.reduce(reduce, reduce(startState, { type: 'signed-in', person, tenantId: 'acme' }));
export const loaded = (seq: number, ids: number[]): Action[] => [{ type: 'covered', from: at(1) }, asked(), came(page(seq, ids))];
export const ids = (state: State): number[] => shownItems(state).map((one) => one.id);
