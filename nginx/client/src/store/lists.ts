// Lists of ids, newest first, and how events move them. Pure.
import { isCovered, later, parseCursor, type Cursor } from '../cursor';
import type { MessagePage, ReadPayload } from '../api/types';
import type { ArchivePayload } from '../live/protocol';
import { idsOf, startList, type Change, type Item, type List, type ListKey, type State } from './state';

type Lists = State['lists'];
type Items = Readonly<Record<number, Item>>;

export const eachList = (lists: Lists, act: (list: List, key: ListKey) => List): Lists =>
  Object.fromEntries(Object.entries(lists).map(([key, list]) => [key, act(list, key as ListKey)]));

/** An old list stays shown while it is dirty; only the next snapshot makes it clean. */
export const soil = (lists: Lists): Lists => eachList(lists, (list) => ({ ...list, isDirty: true }));

/** Lists whose view of the log ends before the place from which events come have a hole. */
export function soilOlderThan(lists: Lists, from: Cursor, applied: Cursor | null): Lists {
  return eachList(lists, (list) => {
    if (!list.snapshot) return list;
    const upTo = applied ? later(list.snapshot, applied) : list.snapshot;
    return isCovered(from, upTo) ? list : { ...list, isDirty: true };
  });
}

export function listAsked(list: List = startList, isMore: boolean, misses: number): List {
  return isMore ? { ...list, isLoadingMore: true, problem: null } : { ...list, status: 'loading', problem: null, askedAt: misses };
}

export function listCame(list: List, page: MessagePage, isMore: boolean, covered: Cursor | null, misses: number): List {
  const ids = page.items.map((item) => item.id);
  if (isMore) return { ...list, ids: union(list.ids, ids), nextCursor: page.nextCursor, isLoadingMore: false };
  const snapshot = parseCursor(page.cursor);
  const isOld = misses !== list.askedAt || !snapshot || (covered !== null && !isCovered(covered, snapshot));
  return { ...list, ids, nextCursor: page.nextCursor, snapshot, isDirty: isOld, status: 'ready', isLoadingMore: false, problem: null };
}

const union = (a: number[], b: number[]): number[] => [...new Set([...a, ...b])].sort((one, other) => other - one);

/** One change on one list, if the list's snapshot does not hold it already. `items` as the change left them. */
export function changeList(list: List, key: ListKey, change: Change, items: Items, me: string): List {
  if (!list.snapshot || change.seq <= list.snapshot.seq) return list;
  if (change.epoch !== null && change.epoch !== list.snapshot.epoch) return list;
  switch (change.type) {
    case 'message:new':
      return arrived(list, key, items[change.messageId], change, me);
    case 'message:read':
      return key === 'inbox:unread' ? unreadAgain(list, change, items, me) : list;
    case 'message:delete':
      return remove(list, idsOf(change));
    case 'message:archive':
      return placed(list, key, change, items, me);
    default:
      return list;
  }
}

/** In a list's folder; the unread list also wants it unread. */
function fits(key: ListKey, { senderEmail, isArchived }: Item, me: string): boolean {
  if (key === 'archived') return isArchived;
  return !isArchived && (senderEmail === me) === (key === 'sent');
}

const belongs = (key: ListKey, item: Item | undefined, me: string): boolean =>
  item !== undefined && fits(key, item, me) && (key !== 'inbox:unread' || !item.isRead);

/** An old arrival may have been changed since, and then says nothing: only the server knows what it is now. */
function arrived(list: List, key: ListKey, item: Item | undefined, { messageId }: Change, me: string): List {
  if (!item) return key === 'archived' ? list : { ...list, isDirty: true };
  return belongs(key, item, me) ? insert(list, messageId) : list;
}

/** What was put away or back. A row that nobody here knows may belong in by now: only the server can tell. */
function placed(list: List, key: ListKey, change: Change, items: Items, me: string): List {
  const { archived } = change.payload as ArchivePayload;
  return idsOf(change).reduce((now, id) => {
    const item = items[id];
    if (!item) return archived === (key === 'archived') ? { ...now, isDirty: true } : now;
    if (!fits(key, item, me)) return remove(now, [id]);
    return belongs(key, item, me) ? insert(now, id) : now;
  }, list);
}

/** Rows that were read leave the unread list when it is shown (selectors.ts); rows that are unread again come back. */
function unreadAgain(list: List, change: Change, items: Items, me: string): List {
  const { isRead, readerEmail } = change.payload as ReadPayload;
  if (isRead !== false || readerEmail !== me) return list;
  return idsOf(change).reduce((now, id) => {
    if (!items[id]) return { ...now, isDirty: true };
    return belongs('inbox:unread', items[id], me) ? insert(now, id) : now;
  }, list);
}

function insert(list: List, id: number): List {
  const isBeyondPages = list.nextCursor !== null && id < Number(list.nextCursor);
  return isBeyondPages || list.ids.includes(id) ? list : { ...list, ids: union(list.ids, [id]) };
}

const remove = (list: List, ids: readonly number[]): List =>
  list.ids.some((id) => ids.includes(id)) ? { ...list, ids: list.ids.filter((id) => !ids.includes(id)) } : list;
