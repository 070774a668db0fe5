// The routes that the client uses, each as a function with the types of openapi.yaml.
import { ask } from './http';
import type {
  Counted, Counts, Draft, EventPage, FlagState, ForwardDraft, ListQuery, Message, MessagePage, PeoplePage, ReadState, SignedIn,
  UnreadCount,
} from './types';

const messaging = '/api/messaging';

export const api = {
  me: () => ask<SignedIn>('/api/auth/me'),
  login: (email: string, password: string) => ask<SignedIn>('/api/auth/login', { method: 'POST', body: { email, password } }),
  logout: () => ask<void>('/api/auth/logout', { method: 'POST' }),

  messages: (query: ListQuery) => ask<MessagePage>(`${messaging}/messages`, { query }),
  message: (id: number) => ask<Message>(`${messaging}/messages/${id}`),
  mark: (id: number, state: 'read' | 'unread') => ask<ReadState>(`${messaging}/messages/${id}/${state}`, { method: 'POST' }),
  place: (id: number, act: 'archive' | 'unarchive' | 'save' | 'unsave') =>
    ask<FlagState>(`${messaging}/messages/${id}/${act}`, { method: 'POST' }),
  remove: (id: number, scope: 'all' | 'me') => ask<Counted>(`${messaging}/messages/${id}`, { method: 'DELETE', query: { scope } }),
  recall: (id: number, reason: string) =>
    ask<Message>(`${messaging}/messages/${id}/recall`, { method: 'POST', body: { reason: reason || null } }),
  forward: (id: number, draft: ForwardDraft, idempotencyKey: string) =>
    ask<Message>(`${messaging}/messages/${id}/forward`, { method: 'POST', body: draft, idempotencyKey }),
  readAll: (tenantId: string, upToMessageId: number) =>
    ask<Counts & { cursor: string }>(`${messaging}/messages/read-all`, { method: 'POST', body: { tenantId, upToMessageId } }),
  send: (draft: Draft, idempotencyKey: string) =>
    ask<Message>(`${messaging}/send`, { method: 'POST', body: draft, idempotencyKey }),

  recipients: (tenantId: string, q: string, limit: number) =>
    ask<PeoplePage>(`${messaging}/recipients`, { query: { tenantId, q: q || undefined, limit } }),
  counts: (tenantId: string) => ask<UnreadCount>(`${messaging}/unread-count`, { query: { tenantId } }),
  seen: (tenantId: string, cursor: string) =>
    ask<Counts & { cursor: string }>(`${messaging}/seen`, { method: 'POST', body: { tenantId, cursor } }),
  events: (tenantId: string, cursor: string | null) => ask<EventPage>(`${messaging}/events`, { query: { tenantId, cursor } }),
};

export const streamAddress = (tenantId: string, cursor: string | null): string =>
  `${messaging}/stream/${encodeURIComponent(tenantId)}${cursor ? `?cursor=${encodeURIComponent(cursor)}` : ''}`;
