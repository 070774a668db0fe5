// Between the hub and the store: attaches where a tenant is open, and passes on what comes.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import { placeOf, type FromHub, type Told } from '../live/protocol';
import { openLink, type Link } from '../live/links';
import { pageTiming } from '../live/timing';
import type { Store } from '../store/store';
import { sameReader } from './guard';
import { measurePaint } from './measure';
import type { Session } from './session';

const pingMs = 15_000;
const pongMs = 5000;

export class Following {
  private link: Promise<Link> | null = null;
  private place = '';
  private hubIsSilent: ReturnType<typeof setTimeout> | undefined;
  private taken: Told[] = [];
  private readonly turn = new MessageChannel();

  constructor(
    private readonly store: Store,
    private readonly session: Session,
  ) {
    this.turn.port1.onmessage = () => this.applyAll();
    session.announce = () => void this.link?.then((link) => link.post({ kind: 'session' }));
    store.listen(() => this.ensure());
    const kick = (): void => void this.link?.then((link) => link.post({ kind: 'kick' }));
    addEventListener('online', kick);
    addEventListener('offline', kick);
    document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && kick());
    addEventListener('pagehide', () => this.close());
    addEventListener('pageshow', (event) => event.persisted && this.restore());
    setInterval(() => this.ping(), pingMs);
  }

  private ensure(): void {
    const { session, person, tenantId } = this.store.state;
    const place = session === 'signed-in' && person && tenantId ? placeOf(person.email, tenantId) : '';
    if (place === this.place) return;
    this.place = place;
    if (place) this.attach();
    else void this.link?.then((link) => link.post({ kind: 'leave' }));
  }

  private attach(): void {
    const { person, tenantId, applied } = this.store.state;
    if (!person || !tenantId) return;
    this.link ??= this.open();
    void this.link.then((link) =>
      link.post({ kind: 'attach', person: person.email, tenantId, cursor: applied, timing: pageTiming() }));
    void this.count(tenantId);
  }

  private open(): Promise<Link> {
    const opened: Promise<Link> = openLink({
      receive: (message) => this.link === opened && this.take(message),
      lost: (isDead) => this.link === opened && this.renew(isDead),
    });
    return opened;
  }

  /** The hub has moved to another page or is gone. An elected line knows the way itself. */
  private renew(isDead: boolean): void {
    if (isDead) this.close();
    if (this.place) this.attach();
  }

  private close(): void {
    void this.link?.then((link) => link.close());
    this.link = null;
    clearTimeout(this.hubIsSilent);
    this.hubIsSilent = undefined;
  }

  /** Back from the browser's cache, with a state of long ago. */
  private restore(): void {
    if (this.place) this.attach();
    void this.session.look();
  }

  private ping(): void {
    if (!this.link || !this.place || this.hubIsSilent) return;
    void this.link.then((link) => link.post({ kind: 'ping' }));
    this.hubIsSilent = setTimeout(() => {
      this.hubIsSilent = undefined;
      this.renew(true);
    }, pongMs);
  }

  /** A burst of the stream is a burst of messages; applied together it is one picture. (No timer: those sleep in hidden
      pages.) */
  private take(message: Told): void {
    this.taken.push(message);
    if (this.taken.length === 1) this.turn.port2.postMessage(null);
  }

  private applyAll(): void {
    const messages = this.taken;
    this.taken = [];
    this.store.batch(() => messages.filter((message) => (message.place ?? this.place) === this.place).forEach((message) => this.receive(message)));
    const event = messages.find((message) => message.kind === 'event');
    if (event) measurePaint(event.at);
  }

  private receive(message: FromHub): void {
    switch (message.kind) {
      case 'pong':
        clearTimeout(this.hubIsSilent);
        this.hubIsSilent = undefined;
        break;
      case 'session':
        void this.session.look();
        break;
      case 'connection':
        this.connected(message.connection);
        break;
      case 'covered':
        this.store.dispatch({ type: 'covered', from: message.from });
        break;
      case 'resync':
        this.store.dispatch({ type: 'missed', cursor: message.cursor });
        break;
      case 'counts':
        this.store.dispatch({ type: 'counts', counts: message.counts, epoch: message.epoch });
        break;
      case 'event':
        this.store.dispatch({ type: 'event', cursor: message.cursor, event: message.event });
        break;
    }
  }

  private connected(connection: Extract<FromHub, { kind: 'connection' }>['connection']): void {
    this.store.dispatch({ type: 'connection', connection });
    if (connection.reason === 'signed-out') this.session.end('ended');
    if (connection.reason === 'no-access') void this.session.look();
  }

  /** The badge must not wait for the stream. */
  private async count(tenantId: string): Promise<void> {
    const isSame = sameReader(this.store);
    try {
      const counts = await api.counts(tenantId);
      if (isSame(this.store)) this.store.dispatch({ type: 'counts', counts, epoch: counts.cursor.split('.')[0] ?? '' });
    } catch (error) {
      if (!(error instanceof ApiError)) throw error; // the stream's hello brings them as well
    }
  }
}
