// What elements ask of the state.
import { later, type Cursor } from '../cursor';
import type { Phase } from '../live/protocol';
import { listKey, startList, type Item, type List, type State } from './state';

export const shownList = (state: State): List => state.lists[listKey(state.view)] ?? startList;

/** In the unread list a row that was read goes, save the one that is open. */
export function shownItems(state: State): Item[] {
  const { view, items } = state;
  const rows = shownList(state).ids.flatMap((id) => items[id] ?? []);
  return listKey(view) === 'inbox:unread' ? rows.filter((item) => !item.isRead || item.id === view.messageId) : rows;
}

/** The page says "live" only when what it shows is what the stream continues. */
export function shownPhase({ connection: { phase }, lists, view }: State): Phase {
  return phase === 'live' && isBehind(lists, lists[listKey(view)]) ? 'catching-up' : phase;
}

/** A list that is opened for the first time claims nothing while it loads; the first one of the page is the page. */
function isBehind(lists: State['lists'], shown: List | undefined): boolean {
  if (!shown) return false;
  return shown.snapshot ? shown.isDirty : !Object.values(lists).some((list) => list.snapshot);
}

/** The state with the phase that it shows, and the moment that this began: the hub's where the hub said it. */
export function withShown(state: State, before: State, now: number): State {
  const { connection, shown } = state;
  const phase = shownPhase(state);
  if (phase === shown.phase && connection.reason === shown.reason && shown.since > 0) return state;
  const isTold = connection !== before.connection && connection.phase === phase;
  return { ...state, shown: { phase, since: isTold ? connection.since : now, reason: connection.reason } };
}

/** The furthest place of the log that this page shows. */
export function seenUpTo(state: State): Cursor | null {
  const { snapshot } = shownList(state);
  return snapshot && state.applied ? later(snapshot, state.applied) : (state.applied ?? snapshot);
}
