// What elements ask of the state.
import { later, type Cursor } from '../cursor';
import type { Connection } from '../live/protocol';
import { listKey, startList, type Item, type List, type State } from './state';

export const shownList = (state: State): List => state.lists[listKey(state.view)] ?? startList;

/** In the unread list a row that was read goes, save the one that is open. */
export function shownItems(state: State): Item[] {
  const { view, items } = state;
  const rows = shownList(state).ids.flatMap((id) => items[id] ?? []);
  return listKey(view) === 'inbox:unread' ? rows.filter((item) => !item.isRead || item.id === view.messageId) : rows;
}

/** The page says "live" only when what it shows is what the stream continues. */
export function shownConnection(state: State): Connection {
  const { connection } = state;
  const list = state.lists[listKey(state.view)];
  const isBehind = list !== undefined && (list.isDirty || !list.snapshot);
  return connection.phase === 'live' && isBehind ? { ...connection, phase: 'catching-up' } : connection;
}

/** The furthest place of the log that this page shows. */
export function seenUpTo(state: State): Cursor | null {
  const { snapshot } = shownList(state);
  return snapshot && state.applied ? later(snapshot, state.applied) : (state.applied ?? snapshot);
}
