// What the elements of one page share: a store and those who act on it. Made when the first element appears.
import { speak } from '../i18n/words';
import { Store } from '../store/store';
import { languageOfPage } from './address';
import { Acting } from './acting';
import { Composing } from './composing';
import { Following } from './following';
import { Mailbox } from './mailbox';
import { Reading } from './reading';
import { Seeing } from './seeing';
import { Session } from './session';

export class App {
  readonly store = new Store();
  readonly session = new Session(this.store);
  readonly mailbox = new Mailbox(this.store);
  readonly reading = new Reading(this.store);
  readonly acting = new Acting(this.store);
  readonly composing = new Composing(this.store);
  readonly following = new Following(this.store, this.session);
  readonly seeing = new Seeing(this.store);
}

let app: App | undefined;

export function harbor(): App {
  return (app ??= begin());
}

function begin(): App {
  const made = new App();
  const language = languageOfPage();
  const spoken = speak(language).then(() => made.store.dispatch({ type: 'language', language }));
  void made.session.look(spoken);
  return made;
}
