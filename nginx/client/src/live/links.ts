// A page's line to the hub, wherever that runs.
import workerAddress from './hub.worker?sharedworker&url';
import { Hub, type Port } from './hub';
import { realParts } from './parts';
import { randomId } from '../random';
import { beHere, whenGone } from './presence';
import type { Told, ToHub } from './protocol';

export interface Link {
  post(message: ToHub): void;
  close(): void;
}

/** `receive` takes what the hub says; `lost` is called when the hub has moved: attach again, by another line where this
    one is dead. */
export interface LinkEnds {
  receive(message: Told): void;
  lost(isDead: boolean): void;
}

type Kind = 'worker' | 'elected' | 'own';
let kind: Kind =
  !('locks' in navigator) ? 'own' : typeof SharedWorker !== 'undefined' ? 'worker' : 'elected';

export async function openLink(ends: LinkEnds): Promise<Link> {
  if (kind === 'own') return ownLink(ends);
  const page = randomId();
  const goAway = await beHere(page);
  try {
    if (kind === 'worker') return workerLink(page, goAway, ends);
  } catch {
    kind = 'elected'; // the policy of the page that we stand in does not let us
  }
  return electedLink(page, goAway, ends);
}

function workerLink(page: string, goAway: () => void, ends: LinkEnds): Link {
  const worker = new SharedWorker(trusted(workerAddress) as string, { type: 'module', name: 'harbor' });
  worker.onerror = () => {
    kind = 'elected'; // its script did not load: this page does without
    ends.lost(true);
  };
  worker.port.onmessage = ({ data }: MessageEvent<Told>) => ends.receive(data);
  worker.port.postMessage({ kind: 'page', page });
  return {
    post: (message) => worker.port.postMessage(message),
    close() {
      worker.port.postMessage({ kind: 'leave' });
      worker.port.close();
      goAway();
    },
  };
}

/** The page that gets the lock runs the hub for all; when it goes, the next one does, and all attach again. */
function electedLink(page: string, goAway: () => void, ends: LinkEnds): Link {
  type Letter = { to: string; from: string; body: ToHub | Told | { kind: 'moved' } };
  const channel = new BroadcastChannel('harbor-hub');
  const send = (to: string, body: Letter['body']): void => channel.postMessage({ to, from: page, body });
  let hub: Hub | null = null;
  let resign: () => void = () => {};
  const ports = new Map<string, Port>();
  const ownPort: Port = { post: (message) => queueMicrotask(() => ends.receive(message)) };

  const portOf = (from: string, theHub: Hub): Port => {
    const known = ports.get(from);
    if (known) return known;
    const port: Port = { post: (message) => send(from, message) };
    ports.set(from, port);
    whenGone(from, () => {
      theHub.remove(port);
      ports.delete(from);
    });
    return port;
  };

  channel.onmessage = ({ data: { to, from, body } }: MessageEvent<Letter>) => {
    if (to === 'hub' && hub) hub.receive(portOf(from, hub), body as ToHub);
    else if (to === page) ends.receive(body as Told);
    else if (to === 'all' && body.kind === 'moved') ends.lost(false);
  };
  const given = new AbortController();
  navigator.locks
    .request('harbor-hub', { signal: given.signal }, () => {
      hub = new Hub(realParts);
      send('all', { kind: 'moved' });
      ends.lost(false);
      return new Promise<void>((resolve) => (resign = resolve));
    })
    .catch(() => {}); // closed before it was our turn
  return {
    post: (message) => (hub ? hub.receive(ownPort, message) : send('hub', message)),
    close() {
      if (hub) hub.stop();
      else send('hub', { kind: 'leave' });
      given.abort();
      resign();
      channel.close();
      goAway();
    },
  };
}

function ownLink(ends: LinkEnds): Link {
  const hub = new Hub(realParts);
  const port: Port = { post: (message) => queueMicrotask(() => ends.receive(message)) };
  return { post: (message) => hub.receive(port, message), close: () => hub.stop() };
}

interface Policies {
  createPolicy(name: string, rules: { createScriptURL(text: string): string }): { createScriptURL(text: string): unknown };
}

/** The one script address of this client, under the page's Trusted Types rule. */
function trusted(address: string): unknown {
  const policies = (globalThis as { trustedTypes?: Policies }).trustedTypes;
  if (!policies) return address;
  policy ??= policies.createPolicy('harbor', {
    createScriptURL(text) {
      if (text !== workerAddress) throw new TypeError('not a script of Harbor');
      return text;
    },
  });
  return policy.createScriptURL(address);
}
let policy: ReturnType<Policies['createPolicy']> | undefined;
