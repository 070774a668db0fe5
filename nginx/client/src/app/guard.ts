// Answers that come after the person or the tenant has changed belong to nobody.
import type { Store } from '../store/store';

export function sameReader({ state: { person, tenantId } }: Store): (store: Store) => boolean {
  return ({ state }) => state.person?.email === person?.email && state.tenantId === tenantId;
}
