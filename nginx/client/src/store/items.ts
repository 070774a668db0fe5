// Rows: made, merged by version, changed by events. Pure.
import type { Message, MessageItem, MessageSummary, ReadPayload } from '../api/types';
import type { ArchivePayload } from '../live/protocol';
import { idsOf, type Change, type Item } from './state';

type Items = Readonly<Record<number, Item>>;

export function itemFromPage(message: MessageItem | Message): Item {
  const { id, subject, senderEmail, senderName, recipients, recipientCount, priority, createdAt, inReplyTo, threadId } = message;
  const { isRead, isRecalled, isArchived, isSaved, version } = message;
  return {
    id, subject, senderEmail, senderName, recipients, recipientCount, priority, createdAt, inReplyTo, threadId,
    excerpt: 'excerpt' in message ? message.excerpt : excerptOf(message.body),
    isRead, isRecalled, isArchived, isSaved,
    attachmentCount: message.attachments.length, linkCount: message.links.length,
    version, readVersion: version, placeVersion: version,
  };
}

export function itemFromEvent(summary: MessageSummary): Item {
  const { messageType: _type, expiresAt: _expires, ...rest } = summary;
  const { version } = summary;
  return {
    ...rest, recipients: null, isRead: false, isRecalled: false, isArchived: false, isSaved: false, readVersion: version,
    placeVersion: version,
  };
}

/** The server's own shortening needs a request; until the next page this one stands in. */
const excerptOf = (body: string): string => body.replace(/\s+/g, ' ').trim().slice(0, 200);

/** What comes is taken, save the parts of which something newer is known. */
export function merge(known: Item | undefined, coming: Item): Item {
  if (!known) return coming;
  const text = known.version > coming.version ? known : coming;
  const { isRead, readVersion } = known.readVersion > coming.readVersion ? known : coming;
  const { isArchived, isSaved, placeVersion } = known.placeVersion > coming.placeVersion ? known : coming;
  const recipients = coming.recipients ?? known.recipients;
  return { ...text, recipients, isRead, readVersion, isArchived, isSaved, placeVersion };
}

export const mergeAll = (items: Items, coming: Item[]): Items =>
  Object.fromEntries([...Object.values(items), ...coming.map((item) => merge(items[item.id], item))].map((item) => [item.id, item]));

/** A change of rows that exist; new rows are the lists' affair. `me` is the reader's address. */
export function changeItems(items: Items, change: Change, me: string): Items {
  switch (change.type) {
    case 'message:read':
      return readItems(items, change, me);
    case 'message:update': {
      const { payload } = change; // empty where a later change took the words back: that one says what is so
      return isSummary(payload) ? updateText(items, change, (item) => ({ ...item, ...textOf(payload) })) : items;
    }
    case 'message:recall':
      return each(updateText(items, change, withdrawn), idsOf(change), (item) => nothingToRead(item, change.seq));
    case 'message:archive':
      return placeItems(items, change);
    case 'message:delete':
      return Object.fromEntries(Object.entries(items).filter(([id]) => !idsOf(change).includes(Number(id))));
    case 'message:attachment:added':
    case 'message:attachment:removed':
      return updateText(items, change, (item) => ({ ...item, attachmentCount: item.attachmentCount + stepOf(change) }));
    case 'message:link:added':
    case 'message:link:removed':
      return updateText(items, change, (item) => ({ ...item, linkCount: item.linkCount + stepOf(change) }));
    default:
      return items;
  }
}

const textOf = ({ subject, excerpt, priority, attachmentCount, linkCount }: MessageSummary): Partial<Item> =>
  ({ subject, excerpt, priority, attachmentCount, linkCount });

const withdrawn = (item: Item): Item => ({ ...item, subject: '', excerpt: '', isRecalled: true, attachmentCount: 0, linkCount: 0 });

/** Nobody has to read a message that was recalled. */
const nothingToRead = (item: Item, seq: number): Item => (item.readVersion < seq ? { ...item, isRead: true, readVersion: seq } : item);

const stepOf = ({ type }: Change): number => (type.endsWith(':added') ? 1 : -1);

function updateText(items: Items, change: Change, act: (item: Item) => Item): Items {
  return each(items, idsOf(change), (item) => (item.version < change.seq ? { ...act(item), version: change.seq } : item));
}

function placeItems(items: Items, change: Change): Items {
  const { archived, saved } = change.payload as ArchivePayload;
  return each(items, idsOf(change), (item) => item.placeVersion >= change.seq ? item
    : { ...item, isArchived: archived ?? item.isArchived, isSaved: saved ?? item.isSaved, placeVersion: change.seq });
}

function each(items: Items, ids: readonly number[], act: (item: Item) => Item): Items {
  const changed = ids.flatMap((id) => items[id] ?? []).map((item) => [item.id, act(item)] as const);
  return changed.length === 0 ? items : { ...items, ...Object.fromEntries(changed) };
}

function readItems(items: Items, change: Change, me: string): Items {
  const payload = change.payload as ReadPayload;
  const isMine = payload.readerEmail === me;
  const upTo = payload.upToMessageId;
  const ids = upTo === undefined ? idsOf(change) : Object.keys(items).map(Number).filter((id) => id <= upTo);
  return each(items, ids, (item) => item.readVersion >= change.seq ? item
    : isMine ? readByMe(item, payload, change.seq, me) : readByOther(item, payload));
}

const readByMe = (item: Item, { isRead = true }: ReadPayload, seq: number, me: string): Item =>
  item.senderEmail === me ? item : { ...item, isRead, readVersion: seq };

function readByOther(item: Item, { readerEmail, isRead = true, readAt = null }: ReadPayload): Item {
  const recipients = item.recipients?.map((one) => (one.email === readerEmail ? { ...one, isRead, readAt } : one));
  return recipients ? { ...item, recipients } : item;
}

/** Not so where a later change took back what an event said. */
export const isSummary = (payload: unknown): payload is MessageSummary =>
  typeof payload === 'object' && payload !== null && 'subject' in payload && 'senderEmail' in payload;
