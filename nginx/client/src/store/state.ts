// Everything a page knows. Only the reducer makes a new one; elements read it.
import type { Cursor } from '../cursor';
import type { ApiError } from '../api/http';
import type { Counts, Message, Priority, Recipient, SignedIn } from '../api/types';
import type { Language } from '../i18n/titles';
import type { Connection } from '../live/protocol';

export type Folder = 'inbox' | 'sent' | 'archived';
export type ListKey = Folder | 'inbox:unread';
export type Status = 'idle' | 'loading' | 'ready' | 'failed';

/** A row of a list: made from a page of the list, or from the event that announced it. */
export interface Item {
  id: number;
  subject: string;
  excerpt: string;
  senderEmail: string;
  senderName: string;
  /** Null where an event made the row: events do not carry the names. */
  recipients: Recipient[] | null;
  recipientCount: number;
  priority: Priority;
  createdAt: string;
  inReplyTo: number | null;
  threadId: number;
  isRead: boolean;
  isRecalled: boolean;
  isArchived: boolean;
  isSaved: boolean;
  attachmentCount: number;
  linkCount: number;
  /** Seq of the last change of the text, of the read state and of the place (archived, saved): an older event is
      ignored. They move apart when an answer to this page's own request overtakes the stream. */
  version: number;
  readVersion: number;
  placeVersion: number;
}

export interface List {
  ids: number[]; // newest first
  nextCursor: string | null;
  /** The log's place that the first page was true at; only a first page sets it. */
  snapshot: Cursor | null;
  /** Events were missed, or the snapshot is older than what comes from the stream: read the first page again. */
  isDirty: boolean;
  status: Status;
  isLoadingMore: boolean;
  problem: ApiError | null;
  /** `State.misses` when the request that is under way was made. */
  askedAt: number;
}

export interface Reading {
  /** `gone`: it was deleted while it was open. */
  status: Status | 'gone';
  message: Message | null;
  problem: ApiError | null;
  /** It has changed since the request that is under way was made. */
  isOutdated: boolean;
}

export interface Draft {
  recipients: { email: string; name: string }[];
  subject: string;
  body: string;
  priority: Priority;
  replyTo: { id: number; subject: string } | null;
  forwardOf: { id: number; subject: string; body: string } | null;
  status: 'editing' | 'sending' | 'failed';
  attempt: number;
  problem: ApiError | null;
}

export interface View {
  folder: Folder;
  unreadOnly: boolean;
  messageId: number | null;
}

/** What was done, said for a moment; some acts can be taken back. */
export type Notice =
  | { said: 'messageSent' | 'messageDeleted' | 'messageRecalled' | 'allRead' }
  | { said: 'archivedNow' | 'unarchivedNow'; messageId: number }
  | { said: 'failed'; problem: ApiError };

/** What is asked before it is done: it cannot be taken back. */
export interface Question {
  kind: 'delete' | 'recall';
  messageId: number;
  isMine: boolean;
  isWorking: boolean;
  problem: ApiError | null;
}

export interface State {
  language: Language;
  session: 'unknown' | 'signed-out' | 'signed-in';
  /** Why it ended, where it did not end by this page's own sign-out. */
  sessionNote: 'ended' | 'unreachable' | null;
  person: SignedIn | null;
  tenantId: string | null;
  view: View;
  /** By ListKey. */
  lists: Readonly<Record<string, List>>;
  items: Readonly<Record<number, Item>>;
  counts: (Counts & { epoch: string }) | null;
  reading: Reading;
  draft: Draft | null;
  /** What was being written when the session ended by itself: whoever wrote it gets it back by signing in again. */
  kept: { email: string; tenantId: string; draft: Draft } | null;
  /** What the hub says of its stream. */
  connection: Connection;
  /** What this page may say of itself, and since when (store.ts). */
  shown: Connection;
  /** Every event after this place comes from the hub. */
  covered: Cursor | null;
  /** The last event that was applied. */
  applied: Cursor | null;
  /** How often events were missed. */
  misses: number;
  /** Changes that came while a list was under way: they are applied again to what arrives. */
  recent: Change[];
  /** The newest arrival, for screen readers. */
  arrival: { id: number; sender: string; subject: string } | null;
  notice: Notice | null;
  question: Question | null;
}

/** One change at one place of the log, from the stream or from the answer to this page's own request. */
export interface Change {
  seq: number;
  epoch: string | null; // null: an answer, which names no epoch
  type: string;
  messageId: number;
  payload: unknown;
}

/** The messages that a change concerns: one act on many is one event. */
export function idsOf({ messageId, payload }: Change): readonly number[] {
  const { messageIds } = (payload ?? {}) as { messageIds?: number[] };
  return messageIds ?? (messageId ? [messageId] : []);
}

export const startReading: Reading = { status: 'idle', message: null, problem: null, isOutdated: false };
export const startView: View = { folder: 'inbox', unreadOnly: false, messageId: null };

export const startState: State = {
  language: 'en', session: 'unknown', sessionNote: null, person: null, tenantId: null, view: startView, lists: {},
  items: {}, counts: null, reading: startReading, draft: null, kept: null,
  connection: { phase: 'catching-up', since: 0, reason: null },
  shown: { phase: 'catching-up', since: 0, reason: null }, covered: null, applied: null, misses: 0, recent: [],
  arrival: null, notice: null, question: null,
};

export const startList: List = {
  ids: [], nextCursor: null, snapshot: null, isDirty: false, status: 'idle', isLoadingMore: false, problem: null,
  askedAt: 0,
};

/** Words that would be lost with it. */
export const hasWords = ({ subject, body, replyTo, forwardOf }: Draft): boolean => body !== '' || (subject !== '' && !replyTo && !forwardOf);

export const listKey = ({ folder, unreadOnly }: View): ListKey =>
  folder === 'inbox' && unreadOnly ? 'inbox:unread' : folder;
