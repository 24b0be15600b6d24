// How many devices the pools of a driver have, and how many of them claims have allocated. Pure.
import type { ResourceClaim } from '../../api/kinds/resource/v1/resource-claim.ts';
import type { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import type {
  PoolStatus,
  ResourcePoolStatusRequest,
  ResourcePoolStatusRequestStatus,
} from '../../api/kinds/resource/v1alpha3/resource-pool-status-request.ts';

const DEFAULT_LIMIT = 100;
const MAX_ERROR = 256;

type Slices = readonly Readonly<ResourceSlice>[];

/** The answer to the request; undefined while slices of a pool are missing: their driver is about to publish them. */
export function answer(
  { spec }: Readonly<ResourcePoolStatusRequest>,
  slices: Slices,
  claims: readonly Readonly<ResourceClaim>[],
  now: string,
): ResourcePoolStatusRequestStatus | undefined {
  const asked = slices.filter(
    (slice) =>
      slice.spec.driver === spec.driver && (!spec.poolName || slice.spec.pool.name === spec.poolName),
  );
  const byPool = Map.groupBy(asked, (slice) => slice.spec.pool.name);
  const allocated = allocatedOf(claims, spec.driver);
  const names = [...byPool.keys()].sort((a, b) => (a < b ? -1 : 1));
  const shown = names.slice(0, spec.limit ?? DEFAULT_LIMIT);
  const pools = shown.map((name) => statusOf(byPool.get(name)!, allocated.get(name) ?? 0));
  if (pools.some(({ validationError }) => validationError !== undefined)) return undefined;
  return {
    poolCount: names.length,
    ...(pools.length > 0 && { pools }),
    conditions: [
      {
        ...{ type: 'Complete', status: 'True', reason: 'CalculationComplete', lastTransitionTime: now },
        message: `Calculated status for ${pools.length} pools`,
      },
    ],
  };
}

/** Slices of older generations do not count. */
export function statusOf(all: Slices, allocated: number): PoolStatus {
  const generation = all.reduce((most, { spec }) => Math.max(most, spec.pool.generation), 0);
  const slices = all.filter(({ spec }) => spec.pool.generation === generation);
  const { driver, pool, nodeName } = slices[0]!.spec;
  const isOnOneNode = slices.every(({ spec }) => spec.nodeName === nodeName);
  const status = {
    ...{ driver, poolName: pool.name, generation },
    ...(nodeName && isOnOneNode && { nodeName }),
  };
  if (slices.length < pool.resourceSliceCount) {
    const seen = `observed ${slices.length}/${pool.resourceSliceCount} slices at generation ${generation}`;
    const why = `pool ${driver}/${pool.name} is incomplete: ${seen}`;
    return { ...status, validationError: why.slice(0, MAX_ERROR) };
  }
  const total = slices.reduce((sum, { spec }) => sum + (spec.devices?.length ?? 0), 0);
  return {
    ...status,
    resourceSliceCount: slices.length,
    totalDevices: total,
    allocatedDevices: allocated,
    availableDevices: Math.max(0, total - allocated),
    // Upstream does not look at the health of devices yet.
    unavailableDevices: 0,
  };
}

/** By pool. */
function allocatedOf(claims: readonly Readonly<ResourceClaim>[], driver: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of claims)
    for (const result of status?.allocation?.devices?.results ?? [])
      if (result.driver === driver) counts.set(result.pool, (counts.get(result.pool) ?? 0) + 1);
  return counts;
}
