// The one place that holds the state: actions in, state out.
import type { Action } from './actions';
import { reduce } from './reduce';
import { withShown } from './selectors';
import { startState, type State } from './state';

export type Listener = (state: State, before: State) => void;

export class Store {
  private listeners = new Set<Listener>();
  private current: State = startState;
  private isBatch = false;

  get state(): State {
    return this.current;
  }

  dispatch(action: Action): void {
    const before = this.current;
    const next = reduce(before, action);
    if (next === before) return;
    this.current = withShown(next, before, Date.now());
    if (!this.isBatch) this.tell(before);
  }

  /** Many actions, told as one. */
  batch(act: () => void): void {
    const before = this.current;
    this.isBatch = true;
    try {
      act();
    } finally {
      this.isBatch = false;
    }
    if (this.current !== before) this.tell(before);
  }

  private tell(before: State): void {
    for (const listener of [...this.listeners]) listener(this.current, before);
  }

  /** Returns how to stop. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
