// Rows: made, merged by version, changed by events. Pure.
import type { Message, MessageItem, MessageSummary, ReadPayload } from '../api/types';
import type { Change, Item } from './state';

type Items = Readonly<Record<number, Item>>;

export function itemFromPage(message: MessageItem | Message): Item {
  const { id, subject, senderEmail, senderName, recipients, recipientCount, priority, createdAt, inReplyTo, threadId } = message;
  return {
    id, subject, senderEmail, senderName, recipients, recipientCount, priority, createdAt, inReplyTo, threadId,
    excerpt: 'excerpt' in message ? message.excerpt : excerptOf(message.body),
    isRead: message.isRead, isRecalled: message.isRecalled,
    attachmentCount: message.attachments.length, linkCount: message.links.length,
    version: message.version, readVersion: message.version,
  };
}

export function itemFromEvent(summary: MessageSummary): Item {
  const { messageType: _type, expiresAt: _expires, ...rest } = summary;
  return { ...rest, recipients: null, isRead: false, isRecalled: false, readVersion: summary.version };
}

/** The server's own shortening needs a request; until the next page this one stands in. */
const excerptOf = (body: string): string => body.replace(/\s+/g, ' ').trim().slice(0, 200);

/** What comes is taken, save the parts of which something newer is known. */
export function merge(known: Item | undefined, coming: Item): Item {
  if (!known) return coming;
  const text = known.version > coming.version ? known : coming;
  const read = known.readVersion > coming.readVersion ? known : coming;
  const recipients = coming.recipients ?? known.recipients;
  return { ...text, recipients, isRead: read.isRead, readVersion: read.readVersion };
}

export const mergeAll = (items: Items, coming: Item[]): Items =>
  Object.fromEntries([...Object.values(items), ...coming.map((item) => merge(items[item.id], item))].map((item) => [item.id, item]));

/** A change of rows that exist; new rows are the lists' affair. `me` is the reader's address. */
export function changeItems(items: Items, change: Change, me: string): Items {
  switch (change.type) {
    case 'message:read':
      return readItems(items, change, me);
    case 'message:update':
      return updateText(items, change, (item) => ({ ...merge(item, itemFromEvent(change.payload as MessageSummary)), isRead: item.isRead }));
    case 'message:recall':
      return updateText(items, change, (item) => ({ ...item, subject: '', excerpt: '', isRecalled: true, version: change.seq }));
    default:
      return items;
  }
}

function updateText(items: Items, change: Change, act: (item: Item) => Item): Items {
  const item = items[change.messageId];
  return item && item.version < change.seq ? { ...items, [item.id]: act(item) } : items;
}

function readItems(items: Items, change: Change, me: string): Items {
  const payload = change.payload as ReadPayload;
  const isMine = payload.readerEmail === me;
  const named = payload.messageIds ?? (change.messageId ? [change.messageId] : []);
  const upTo = payload.upToMessageId;
  let result = items;
  for (const item of Object.values(items)) {
    const isNamed = upTo === undefined ? named.includes(item.id) : item.id <= upTo;
    if (!isNamed || item.readVersion >= change.seq) continue;
    result = { ...result, [item.id]: isMine ? readByMe(item, payload, change.seq, me) : readByOther(item, payload) };
  }
  return result;
}

const readByMe = (item: Item, { isRead = true }: ReadPayload, seq: number, me: string): Item =>
  item.senderEmail === me ? item : { ...item, isRead, readVersion: seq };

function readByOther(item: Item, { readerEmail, isRead = true, readAt = null }: ReadPayload): Item {
  const recipients = item.recipients?.map((one) => (one.email === readerEmail ? { ...one, isRead, readAt } : one));
  return recipients ? { ...item, recipients } : item;
}
