// What happens becomes what is known. Pure: no clock, no network, no randomness.
import { isCovered, later, type Cursor } from '../cursor';
import type { ApiError } from '../api/http';
import type { Counts, Message } from '../api/types';
import type { RecallPayload } from '../live/protocol';
import type { Action } from './actions';
import { changeItems, isSummary, itemFromEvent, itemFromPage, merge, mergeAll } from './items';
import { changeList, eachList, listAsked, listCame, soil, soilOlderThan } from './lists';
import {
  hasWords, idsOf, startList, startReading, startState, startView, type Change, type Item, type ListKey, type Reading, type State,
} from './state';

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'language':
      return { ...state, language: action.language };
    case 'signed-in':
      return signedIn(state, action);
    case 'signed-out':
      return signedOut(state, action.note);
    case 'tenant':
      return { ...emptied(state), tenantId: action.tenantId };
    case 'view':
      return viewed(state, action.view);
    case 'list-asked':
      return withList(state, action.key, (list) => listAsked(list, action.isMore, state.misses));
    case 'list-came':
      return came(state, action);
    case 'list-failed':
      return settled(withList(state, action.key, (list) =>
        ({ ...list, status: list.snapshot ? 'ready' : 'failed', isLoadingMore: false, problem: action.problem })));
    case 'row-came':
      return { ...state, items: mergeAll(state.items, [rowOf(state, action.message)]) };
    case 'message-asked':
      return { ...state, reading: { ...state.reading, status: 'loading', problem: null, isOutdated: false } };
    case 'message-came':
      return opened(state, action.message);
    case 'message-failed':
      return { ...state, reading: lost(state, action.problem) };
    case 'marked':
      return marked(state, action.read);
    case 'counts':
      return counted(state, action.counts, action.epoch);
    case 'draft':
      return { ...state, draft: action.draft };
    case 'sent':
      return sent(state, action.message);
    case 'acted':
      return acted(state, action);
    case 'question':
      return { ...state, question: action.question };
    case 'notice':
      return { ...state, notice: action.notice };
    case 'connection':
      return { ...state, connection: action.connection };
    case 'covered':
      return covered(state, action.from);
    case 'missed':
      return missed(state, action.cursor);
    case 'event': {
      const { cursor, event } = action;
      if (isCovered(cursor, state.applied)) return state;
      const { messageId, payload } = event.data;
      const next = changed(state, { ...cursor, type: event.type, messageId, payload });
      return { ...next, applied: later(state.applied, cursor), arrival: arrivalOf(state, event.type, payload) };
    }
  }
}

function signedIn(state: State, { person, tenantId }: Extract<Action, { type: 'signed-in' }>): State {
  const kept = state.kept?.email === person.email && state.kept.tenantId === tenantId ? state.kept.draft : null;
  return { ...emptied(state), session: 'signed-in', sessionNote: null, person, tenantId, view: state.view, draft: kept };
}

function signedOut(state: State, note: State['sessionNote']): State {
  const { draft, person, tenantId } = state;
  const unsent = draft && hasWords(draft) ? { ...draft, status: 'editing' as const, attempt: 0, problem: null } : null;
  const kept = note && unsent && person && tenantId ? { email: person.email, tenantId, draft: unsent } : note ? state.kept : null;
  return { ...emptied(state), session: 'signed-out', sessionNote: note, view: note ? state.view : startView, kept };
}

function covered(state: State, from: Cursor): State {
  const reading = isCovered(from, state.applied) ? state.reading : outdated(state.reading);
  return { ...state, covered: from, items: inEpochOf(state, from), lists: soilOlderThan(state.lists, from, state.applied), reading };
}

const missed = (state: State, cursor: Cursor): State => ({
  ...state, covered: cursor, applied: cursor, misses: state.misses + 1, recent: [], items: inEpochOf(state, cursor),
  lists: soil(state.lists), reading: outdated(state.reading),
});

/** What must not outlive a person or a tenant. */
const emptied = (state: State): State => ({
  ...startState, language: state.language, session: state.session, person: state.person, tenantId: state.tenantId,
  view: startView, connection: state.connection, shown: state.shown, misses: state.misses + 1,
});

function viewed(state: State, view: State['view']): State {
  const isSame = view.messageId === state.view.messageId;
  return { ...state, view, reading: isSame ? state.reading : startReading };
}

/** An answer to one's own act, as its event will say it. What went from where one is closes. */
function acted(state: State, { change, notice }: Extract<Action, { type: 'acted' }>): State {
  const isOpen = state.view.messageId !== null && idsOf(change).includes(state.view.messageId);
  const goes = change.type === 'message:delete' || (change.type === 'message:archive' && notice !== null);
  const next = { ...changed(state, change), notice: notice ?? state.notice };
  return isOpen && goes ? viewed(next, { ...next.view, messageId: null }) : next;
}

function withList(state: State, key: ListKey, act: (list: typeof startList) => typeof startList): State {
  return { ...state, lists: { ...state.lists, [key]: act(state.lists[key] ?? startList) } };
}

function came(state: State, { key, isMore, page }: Extract<Action, { type: 'list-came' }>): State {
  if (isOfBefore(state, key, isMore, page.cursor)) {
    return settled(withList(state, key, (list) => ({ ...list, isDirty: true, status: 'ready', isLoadingMore: false })));
  }
  const items = mergeAll(sameEpoch(state, page.cursor) ? state.items : ageless(state.items), page.items.map(itemFromPage));
  const listed = withList({ ...state, items }, key, (list) => listCame(list, page, isMore, state.covered, state.misses));
  return settled(state.recent.reduce((now, change) => changed(now, change, false), listed));
}

const sameEpoch = (state: State, cursor: string): boolean => !state.covered || cursor.startsWith(`${state.covered.epoch}.`);

/** Read from a database that has been replaced since (a restore): nothing of it is true. A first page that was asked for
    afterwards is the news, even if the stream has not told yet. */
const isOfBefore = (state: State, key: ListKey, isMore: boolean, cursor: string): boolean =>
  !sameEpoch(state, cursor) && (isMore || state.lists[key]?.askedAt !== state.misses);

/** Versions of another epoch say nothing about now: whatever comes is newer. */
const ageless = (items: State['items']): State['items'] =>
  Object.fromEntries(Object.entries(items).map(([id, item]) => [id, { ...item, version: 0, readVersion: 0, placeVersion: 0 }]));

const inEpochOf = (state: State, { epoch }: Cursor): State['items'] =>
  state.covered && state.covered.epoch !== epoch ? ageless(state.items) : state.items;

/** Nothing under way: nothing needs to be applied again. */
const settled = (state: State): State => (isUnderWay(state) ? state : { ...state, recent: [] });

const isUnderWay = ({ lists }: State): boolean =>
  Object.values(lists).some((list) => list.status === 'loading' || list.isLoadingMore);

function changed(state: State, change: Change, isNew = true): State {
  const me = state.person?.email ?? '';
  let items = state.items;
  if (change.type === 'message:new' && isSummary(change.payload)) {
    const coming = itemFromEvent(change.payload);
    items = { ...items, [coming.id]: merge(items[coming.id], ownIsRead(coming, me)) };
  } else {
    items = changeItems(items, change, me);
  }
  const lists = eachList(state.lists, (list, key) => changeList(list, key, change, items, me));
  const recent = isNew && isUnderWay(state) ? [...state.recent, change] : state.recent;
  return { ...state, items, lists, recent, reading: changeReading(state, change) };
}

/** Nobody has unread mail from himself. */
const ownIsRead = (item: Item, me: string): Item => (item.senderEmail === me ? { ...item, isRead: true } : item);

/** Events carry no bodies: what is open is asked for again (app/reading.ts sees 'idle'). What was withdrawn goes at once. */
function changeReading({ reading, items, view: { messageId } }: State, change: Change): Reading {
  if (messageId === null || !idsOf(change).includes(messageId)) return reading;
  if (change.type === 'message:delete') return { ...startReading, status: 'gone' };
  if (!textChanges.test(change.type)) return reading;
  if (change.seq <= Math.max(reading.message?.version ?? 0, items[messageId]?.version ?? 0)) return reading;
  const message = reading.message && change.type === 'message:recall' ? recalled(reading.message, change) : reading.message;
  return outdated({ ...reading, message });
}

const textChanges = /^message:(update|recall|attachment:|link:)/;

function recalled(message: Message, { payload }: Change): Message {
  const { reason = null, recalledAt = null } = payload as RecallPayload;
  return { ...message, subject: '', body: '', bodyHtml: '', attachments: [], links: [], isRecalled: true, recalledAt, recallReason: reason };
}

/** The answer to a question that was asked before does not count. */
const outdated = (reading: Reading): Reading =>
  reading.status === 'loading' ? { ...reading, isOutdated: true }
  : reading.status === 'ready' || reading.status === 'failed' ? { ...reading, status: 'idle' }
  : reading;

function opened(state: State, message: Message): State {
  if (message.id !== state.view.messageId) return state;
  const status = state.reading.isOutdated ? 'idle' : 'ready';
  return { ...state, items: mergeAll(state.items, [rowOf(state, message)]), reading: { ...startReading, status, message } };
}

/** It was there, and is not any more. */
const lost = ({ reading }: State, problem: ApiError): Reading =>
  problem.status === 404 && reading.message ? { ...startReading, status: 'gone' } : { ...reading, status: 'failed', problem };

/** Whole messages have no excerpt of the server's. */
function rowOf({ items }: State, message: Message): Item {
  const coming = itemFromPage(message);
  return { ...coming, excerpt: items[message.id]?.excerpt ?? coming.excerpt };
}

function marked(state: State, { messageId, isRead, readAt, version, unread, unseen, cursor }: Extract<Action, { type: 'marked' }>['read']): State {
  const payload = { readerEmail: state.person?.email ?? '', isRead, readAt };
  const next = changed(state, { seq: version, epoch: null, type: 'message:read', messageId, payload });
  return counted(next, { unread, unseen, version }, cursor.split('.')[0] ?? '');
}

function counted(state: State, counts: Counts, epoch: string): State {
  const { counts: known } = state;
  if (known && known.epoch === epoch && known.version > counts.version) return state;
  const { unread, unseen, version } = counts;
  return { ...state, counts: { epoch, unread, unseen, version } };
}

function sent(state: State, message: Extract<Action, { type: 'sent' }>['message']): State {
  const item = itemFromPage(message);
  const items = { ...state.items, [item.id]: merge(state.items[item.id], ownIsRead(item, state.person?.email ?? '')) };
  const summary = { ...item, messageType: message.messageType, expiresAt: message.expiresAt };
  const change: Change = { seq: message.version, epoch: null, type: 'message:new', messageId: message.id, payload: summary };
  return { ...changed({ ...state, items }, change), draft: null, notice: { said: 'messageSent' } };
}

function arrivalOf(state: State, type: string, payload: unknown): State['arrival'] {
  if (type !== 'message:new' || !isSummary(payload) || payload.senderEmail === state.person?.email) return state.arrival;
  return { id: payload.id, sender: payload.senderName || payload.senderEmail, subject: payload.subject };
}
