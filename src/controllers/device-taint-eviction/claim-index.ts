// The claims, pods, slices and rules as the caches show them, and how they hang together. Called by controller.ts and rule-status.ts.
import { consumersOf } from '../../api/devices/pod-claims.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import type { InformerFactory, InformerOf } from '../../client/informer/factory.ts';
import { claimsOf } from './claims.ts';
import { allocatedTo, type Claim, poolOf, poolOfSlice, type Taints } from './plan.ts';

const BY_POOL = 'device-pool';

export class ClaimIndex {
  readonly pods: InformerOf<typeof Pod>;
  readonly claims: InformerOf<typeof ResourceClaim>;
  readonly slices: InformerOf<typeof ResourceSlice>;

  constructor(informers: InformerFactory) {
    this.pods = informers.informer(Pod);
    this.claims = informers.informer(ResourceClaim);
    this.slices = informers.informer(ResourceSlice);
    this.claims.addIndex(BY_POOL, (claim) => [...new Set(allocatedTo(claim).map(poolOf))]);
    this.slices.addIndex(BY_POOL, (slice) => [poolOfSlice(slice)]);
  }

  readonly slicesOf: Taints['slicesOf'] = (pool) => this.slices.lister.byIndex(BY_POOL, pool);

  /** The slices, by pool. */
  pools(): Readonly<ResourceSlice>[][] {
    const pools = Object.groupBy(this.slices.lister.list(), poolOfSlice);
    return Object.values(pools).flatMap((slices) => (slices ? [slices] : []));
  }

  claimsUsing(pool: string): Claim[] {
    return this.claims.lister.byIndex(BY_POOL, pool);
  }

  claimsOf(pod: Readonly<Pod>): Claim[] {
    return claimsOf(pod, (name, namespace) => this.claims.lister.get(name, namespace));
  }

  podsUsing(claim: Claim): Readonly<Pod>[] {
    return consumersOf(claim).flatMap((key) => {
      const pod = this.pods.lister.byKey(key);
      return pod && this.claimsOf(pod).includes(claim) ? [pod] : [];
    });
  }
}
