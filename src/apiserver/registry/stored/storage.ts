// The parameters of create, update and remove: one resource's kind, cache and strategy, and the services of the server.
// Held by StoredResource.
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Random } from '../../../kit/random.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import type { Admission } from '../admission.ts';
import type { ResourceDescription } from '../resource.ts';
import type { Strategy } from '../strategy.ts';

/** Shared by all stored resources of a server. */
export interface StorageServices {
  readonly clock: Clock;
  readonly random: Random;
  readonly admission: Admission;
}

export interface Storage<T extends KubeObject = KubeObject> extends StorageServices {
  readonly resource: ResourceDescription;
  readonly cache: ResourceCache<T>;
  readonly strategy: Strategy<T>;
}
