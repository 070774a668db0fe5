// Who is signed in, and which tenant is open.
import { ApiError } from '../api/http';
import { api } from '../api/routes';
import type { SignedIn } from '../api/types';
import type { Store } from '../store/store';

const remembered = 'harbor-tenant';
const againMs = 3000;

export class Session {
  /** Set by app/following.ts: tells the other pages of this browser. */
  announce: () => void = () => {};
  /** The tenant that the page's address asks for. */
  wanted: string | null = null;

  constructor(private readonly store: Store) {}

  /** Asks the server who this is; tries again for as long as it does not answer. `ready`: before anything is shown. */
  async look(ready?: Promise<void>): Promise<void> {
    const me = api.me();
    me.catch(() => {});
    await ready;
    try {
      this.enter(await me);
    } catch (error) {
      const isPassing = error instanceof ApiError && error.isPassing;
      if (!isPassing) this.end('ended');
      else {
        if (this.store.state.session === 'unknown') this.store.dispatch({ type: 'signed-out', note: 'unreachable' });
        setTimeout(() => void this.look(), againMs);
      }
    }
  }

  /** Throws ApiError: the form says it. */
  async signIn(email: string, password: string): Promise<void> {
    this.enter(await api.login(email, password));
    this.announce();
  }

  async signOut(): Promise<void> {
    await api.logout().catch((error: unknown) => {
      if (!(error instanceof ApiError && error.status === 401)) throw error;
    });
    this.store.dispatch({ type: 'signed-out', note: null });
    this.announce();
  }

  /** The server no longer knows this session. */
  end(note: 'ended'): void {
    const { session, sessionNote } = this.store.state;
    const wasIn = session === 'signed-in';
    if (wasIn || session === 'unknown' || sessionNote === 'unreachable') {
      this.store.dispatch({ type: 'signed-out', note: wasIn ? note : null });
    }
  }

  choose(tenantId: string): void {
    localStorage.setItem(remembered, tenantId);
    this.store.dispatch({ type: 'tenant', tenantId });
  }

  private enter(person: SignedIn): void {
    const { state } = this.store;
    if (state.session === 'signed-in' && state.person?.email === person.email && this.isStill(person)) return;
    this.store.dispatch({ type: 'signed-in', person, tenantId: this.tenantFor(person) });
  }

  private isStill({ tenants }: SignedIn): boolean {
    return tenants.some(({ id }) => id === this.store.state.tenantId);
  }

  private tenantFor({ tenants }: SignedIn): string | null {
    const wishes = [this.wanted, this.store.state.tenantId, localStorage.getItem(remembered)];
    const wish = wishes.find((id) => tenants.some((tenant) => tenant.id === id));
    return wish ?? tenants[0]?.id ?? null;
  }
}
