// What happens becomes what is known. Pure: no clock, no network, no randomness.
import { isCovered, later } from '../cursor';
import type { Counts, Message } from '../api/types';
import type { Action } from './actions';
import { changeItems, itemFromEvent, itemFromPage, merge, mergeAll } from './items';
import { changeList, eachList, isSummary, listAsked, listCame, soil, soilOlderThan } from './lists';
import { startList, startReading, startState, startView, type Change, type Item, type State } from './state';

export function reduce(state: State, action: Action): State {
  switch (action.type) {
    case 'language':
      return { ...state, language: action.language };
    case 'signed-in':
      return { ...emptied(state), session: 'signed-in', sessionNote: null, person: action.person, tenantId: action.tenantId, view: state.view };
    case 'signed-out':
      return { ...emptied(state), session: 'signed-out', sessionNote: action.note, view: action.note ? state.view : startView };
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
      return { ...state, reading: { ...state.reading, status: 'loading', problem: null } };
    case 'message-came':
      return opened(state, action.message);
    case 'message-failed':
      return { ...state, reading: { ...state.reading, status: 'failed', problem: action.problem } };
    case 'marked':
      return marked(state, action.read);
    case 'counts':
      return counted(state, action.counts, action.epoch);
    case 'draft':
      return { ...state, draft: action.draft };
    case 'sent':
      return sent(state, action.message);
    case 'notice-over':
      return { ...state, notice: null };
    case 'connection':
      return { ...state, connection: action.connection };
    case 'covered':
      return { ...state, covered: action.from, lists: soilOlderThan(state.lists, action.from, state.applied) };
    case 'missed':
      return { ...state, covered: action.cursor, applied: action.cursor, misses: state.misses + 1, recent: [], lists: soil(state.lists) };
    case 'event': {
      const { cursor, event } = action;
      if (isCovered(cursor, state.applied)) return state;
      const { messageId, payload } = event.data;
      const next = changed(state, { ...cursor, type: event.type, messageId, payload });
      return { ...next, applied: later(state.applied, cursor), arrival: arrivalOf(state, event.type, payload) };
    }
  }
}

/** What must not outlive a person or a tenant. */
const emptied = (state: State): State => ({
  ...startState, language: state.language, session: state.session, person: state.person, tenantId: state.tenantId,
  view: startView, connection: state.connection, misses: state.misses + 1,
});

function viewed(state: State, view: State['view']): State {
  const isSame = view.messageId === state.view.messageId;
  return { ...state, view, reading: isSame ? state.reading : startReading };
}

function withList(state: State, key: Extract<Action, { type: 'list-asked' }>['key'], act: (list: typeof startList) => typeof startList): State {
  return { ...state, lists: { ...state.lists, [key]: act(state.lists[key] ?? startList) } };
}

function came(state: State, { key, isMore, page }: Extract<Action, { type: 'list-came' }>): State {
  const items = mergeAll(sameEpoch(state, page.cursor) ? state.items : {}, page.items.map(itemFromPage));
  const listed = withList({ ...state, items }, key, (list) => listCame(list, page, isMore, state.covered, state.misses));
  return settled(state.recent.reduce((now, change) => changed(now, change, false), listed));
}

/** After a restore of the database, versions of before say nothing about now. */
const sameEpoch = (state: State, cursor: string): boolean => !state.covered || cursor.startsWith(`${state.covered.epoch}.`);

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

function changeReading({ reading, items }: State, { type, messageId, seq }: Change): State['reading'] {
  const { message } = reading;
  if (message?.id !== messageId) return reading;
  const isTextChange = type === 'message:update' || type === 'message:recall' || type.startsWith('message:attachment') || type.startsWith('message:link');
  // Events carry no bodies: what is open is asked for again (app/reading.ts sees 'idle').
  if (type === 'message:delete') return startReading;
  return isTextChange && seq > Math.max(message.version, items[messageId]?.version ?? 0) ? { ...reading, status: 'idle' } : reading;
}

function opened(state: State, message: Message): State {
  if (message.id !== state.view.messageId) return state;
  return { ...state, items: mergeAll(state.items, [rowOf(state, message)]), reading: { status: 'ready', message, problem: null } };
}

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
  return { ...changed({ ...state, items }, change), draft: null, notice: 'sent' };
}

function arrivalOf(state: State, type: string, payload: unknown): State['arrival'] {
  if (type !== 'message:new' || !isSummary(payload) || payload.senderEmail === state.person?.email) return state.arrival;
  return { id: payload.id, sender: payload.senderName || payload.senderEmail, subject: payload.subject };
}
