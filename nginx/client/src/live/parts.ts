import { api } from '../api/routes';
import type { FollowerParts } from './follower';
import { openStream } from './stream';

export const realParts: FollowerParts = { open: openStream, events: api.events, now: () => Date.now() };
