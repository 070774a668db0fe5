// What all elements are made of: they render from the store, again when the parts they use have changed.
import { LitElement } from 'lit';
import { harbor, type App } from '../app/app';
import { words as current, type Words } from '../i18n/words';
import type { State } from '../store/state';
import { shared } from '../styles/shared';
import { tokens } from '../styles/tokens';

export abstract class HarborElement extends LitElement {
  static override styles = [tokens, shared];

  protected readonly app: App = harbor();
  private unlisten: (() => void) | undefined;

  protected get words(): Words {
    return current();
  }

  protected get state(): State {
    return this.app.store.state;
  }

  /** What this element renders from. */
  protected abstract uses(state: State): readonly unknown[];

  override connectedCallback(): void {
    super.connectedCallback();
    this.unlisten = this.app.store.listen((state, before) => {
      const [now, then] = [this.uses(state), this.uses(before)];
      if (state.language !== before.language || now.some((part, index) => part !== then[index])) this.requestUpdate();
    });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.unlisten?.();
  }
}
