// What the operations of one stored resource work with. Put together by StoredResource.
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Random } from '../../../kit/random.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import type { Admission } from '../admission.ts';
import type { ResourceDescription } from '../resource.ts';
import type { Strategy } from '../strategy.ts';

/** What all stored resources of a server share. */
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
