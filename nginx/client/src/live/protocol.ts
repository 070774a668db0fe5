// What a page and the hub (one per browser) say to each other.
import type { Cursor } from '../cursor';
import type { Counts } from '../api/types';
import type { Timing } from './timing';

export type Phase = 'live' | 'catching-up' | 'polling' | 'offline' | 'stopped';
/** Why there is no connection, where that is known; `off`: messaging is switched off, and may come back. */
export type Reason = 'signed-out' | 'no-access' | 'off';

export interface Connection {
  phase: Phase;
  /** Milliseconds since 1970: from when on this has been so. */
  since: number;
  reason: Reason | null;
}

export interface HarborEvent {
  type: string;
  data: { messageId: number; tenantId: string; timestamp: string; payload: unknown };
}

/** The payload of `message:archive`: what is so afterwards. */
export interface ArchivePayload {
  archived?: boolean;
  saved?: boolean;
  messageIds?: number[];
}

export interface RecallPayload {
  reason?: string | null;
  recalledAt?: string | null;
}

export type ToHub =
  | { kind: 'attach'; person: string; tenantId: string; cursor: Cursor | null; timing: Timing }
  | { kind: 'leave' }
  | { kind: 'kick' } // something changed outside (network, visibility): look again now
  | { kind: 'session' } // this page signed in or out: the other pages look who is there
  | { kind: 'ping' };

/** The name of a room: one person's view of one tenant. */
export const placeOf = (person: string, tenantId: string): string => `${person} ${tenantId}`;

export type FromHub =
  | { kind: 'connection'; connection: Connection }
  | { kind: 'covered'; from: Cursor } // every event after this will come; a list older than it must be read again
  | { kind: 'resync'; cursor: Cursor } // events were missed: every list must be read again
  | { kind: 'counts'; epoch: string; counts: Counts }
  | { kind: 'event'; cursor: Cursor; event: HarborEvent; at: number } // at: when it came, ms since 1970
  | { kind: 'session' }
  | { kind: 'pong' };

/** What is told of a room says of which: a page that has moved on drops what was on its way. */
export type Told = FromHub & { place?: string };

export const logTypes = [
  'message:new', 'message:read', 'message:delete', 'message:update', 'message:recall', 'message:archive',
  'message:attachment:added', 'message:attachment:removed', 'message:attachment:scanned', 'message:link:added',
  'message:link:removed', 'tenant:settings',
] as const;
