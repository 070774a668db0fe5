// Short names for what openapi.yaml describes; schema.d.ts is generated from it at every build.
import type { components, operations } from './schema';

type Schemas = components['schemas'];
type Answer<Operation extends keyof operations, Status extends number> = operations[Operation] extends {
  responses: Record<Status, { content: { 'application/json': infer Body } }>;
}
  ? Body
  : never;

export type SignedIn = Schemas['SignedIn'];
export type Tenant = SignedIn['tenants'][number];
export type Message = Schemas['Message'];
export type MessageItem = Schemas['MessageItem'];
export type MessagePage = Schemas['MessagePage'];
export type MessageSummary = Schemas['MessageSummary'];
export type Draft = Schemas['Draft'];
export type Person = Schemas['Person'];
export type Priority = Schemas['Priority'];
export type Recipient = Schemas['Recipient'];
export type Link = Schemas['Link'];
export type ReadState = Schemas['ReadState'];
export type Counted = Schemas['Counted'];
export type FlagState = Schemas['FlagState'];
export type ForwardDraft = NonNullable<operations['forwardMessage']['requestBody']>['content']['application/json'];
export type ReadPayload = Schemas['ReadPayload'];
export type Problem = Schemas['Problem'];
export type LogEvent = Schemas['Event'];
export type UnreadCount = Answer<'unreadCount', 200>;
export type EventPage = Answer<'listEvents', 200>;
export type PeoplePage = Answer<'listRecipients', 200>;
export type Counts = Pick<UnreadCount, 'unread' | 'unseen' | 'version'>;
export type ListQuery = NonNullable<operations['listMessages']['parameters']['query']>;
