// Events are deleted by the store one hour after their last write: the default of --event-ttl.
// Upstream: pkg/registry/core/event/{strategy.go,storage/storage.go}.
import type { Event } from '../../api/kinds/core/v1/event.ts';
import type { Strategy } from '../registry/strategy.ts';

export const eventStrategy: Strategy<Event> = { ttlSeconds: 3600, createOnUpdate: true };
