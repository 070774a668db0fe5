// Everything that can happen. The reducer is the only one who says what it means.
import type { Cursor } from '../cursor';
import type { ApiError } from '../api/http';
import type { Counts, Message, MessagePage, ReadState, SignedIn } from '../api/types';
import type { Language } from '../i18n/titles';
import type { Connection, HarborEvent } from '../live/protocol';
import type { Change, Draft, ListKey, Notice, Question, State, View } from './state';

export type Action =
  | { type: 'language'; language: Language }
  | { type: 'signed-in'; person: SignedIn; tenantId: string | null }
  | { type: 'signed-out'; note: State['sessionNote'] }
  | { type: 'tenant'; tenantId: string }
  | { type: 'view'; view: View }
  | { type: 'list-asked'; key: ListKey; isMore: boolean }
  | { type: 'list-came'; key: ListKey; isMore: boolean; page: MessagePage }
  | { type: 'list-failed'; key: ListKey; problem: ApiError }
  | { type: 'row-came'; message: Message }
  | { type: 'message-asked' }
  | { type: 'message-came'; message: Message }
  | { type: 'message-failed'; problem: ApiError }
  | { type: 'marked'; read: ReadState }
  | { type: 'counts'; counts: Counts; epoch: string }
  | { type: 'draft'; draft: Draft | null }
  | { type: 'sent'; message: Message }
  | { type: 'acted'; change: Change; notice: Notice | null }
  | { type: 'question'; question: Question | null }
  | { type: 'notice'; notice: Notice | null }
  | { type: 'connection'; connection: Connection }
  | { type: 'covered'; from: Cursor }
  | { type: 'missed'; cursor: Cursor }
  | { type: 'event'; cursor: Cursor; event: HarborEvent };
