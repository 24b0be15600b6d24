// Events: deleted by the store after an hour, as upstream's --event-ttl.
import type { Event } from '../../api/kinds/core/v1/event.ts';
import type { Strategy } from '../registry/strategy.ts';

export const eventStrategy: Strategy<Event> = { ttlSeconds: 3600, createOnUpdate: true };
