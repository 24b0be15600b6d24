// Topology hints for services with the annotation service.kubernetes.io/topology-mode Auto: each ready endpoint gets the
// traffic of one zone, its own if possible, so that every zone has its share. Unchanged slices keep their hints as long as
// they fit. Follows AddHints (pkg topologycache of k8s.io/endpointslice). Pure.
import type { Endpoint, EndpointSlice } from '../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { type Contents, contentsOf, type SlicePlan } from '../plan.ts';
import { type Allocation, allocate, type Shares } from './shares.ts';

export interface Hinted {
  readonly plan: SlicePlan;
  /** How many endpoints each zone has now; undefined without hints. */
  readonly given?: ReadonlyMap<string, number>;
  /** Why there are none. */
  readonly problem?: string;
}

/** Adds hints to a plan. `unchanged`: the slices that the plan leaves as they are. */
export function withHints(
  plan: SlicePlan,
  unchanged: readonly Readonly<EndpointSlice>[],
  shares: Shares | undefined,
): Hinted {
  const changed = [...plan.create, ...plan.update.map(({ contents }) => contents)];
  const ready = [...changed, ...unchanged].flatMap(({ endpoints }) => (endpoints ?? []).filter(isReady));
  const allocations = allocate(shares, ready.length);
  if ('problem' in allocations) return { plan: withoutHints(plan, unchanged), ...allocations };
  const { given, misfits } = keepHints(unchanged, allocations);
  if ([...changed, ...misfits].some(hasNoZone))
    return { plan: withoutHints(plan, unchanged), problem: NO_ZONE };
  const all = { ...plan, update: [...plan.update, ...misfits.map(asUpdate)] };
  return { plan: redistributed(all, given, allocations), given };
}

/** Takes hints away, also from slices that would not change. */
export function withoutHints(plan: SlicePlan, unchanged: readonly Readonly<EndpointSlice>[]): SlicePlan {
  const hinted = unchanged.filter(({ endpoints }) => endpoints?.some(({ hints }) => hints !== undefined));
  return mapped({ ...plan, update: [...plan.update, ...hinted.map(asUpdate)] }, plain);
}

const NO_ZONE = 'One or more endpoints do not have a zone specified';

const hasNoZone = ({ endpoints }: { readonly endpoints?: readonly Endpoint[] }): boolean =>
  (endpoints ?? []).some((one) => isReady(one) && !one.zone);

const isReady = ({ conditions }: Endpoint): boolean => conditions?.ready === true;

const asUpdate = (slice: Readonly<EndpointSlice>) => ({ slice, contents: contentsOf(slice) });

function plain(endpoint: Endpoint): Endpoint {
  const { hints: _, ...rest } = endpoint;
  return rest;
}

function mapped(plan: SlicePlan, change: (endpoint: Endpoint) => Endpoint): SlicePlan {
  const of = (contents: Contents): Contents => ({ ...contents, endpoints: contents.endpoints.map(change) });
  return {
    ...plan,
    create: plan.create.map(of),
    update: plan.update.map(({ slice, contents }) => ({ slice, contents: of(contents) })),
  };
}

/** Counts the hints of slices that do not change; those without room for all of theirs must change. */
function keepHints(
  unchanged: readonly Readonly<EndpointSlice>[],
  allocations: ReadonlyMap<string, Allocation>,
) {
  const given = new Map<string, number>();
  const misfits: Readonly<EndpointSlice>[] = [];
  for (const slice of unchanged) {
    const counts = hintCounts(slice);
    const fits = (zone: string, count: number) =>
      count + (given.get(zone) ?? 0) <= (allocations.get(zone)?.maximum ?? -1);
    if (!counts || ![...counts].every(([zone, count]) => fits(zone, count))) misfits.push(slice);
    else for (const [zone, count] of counts) given.set(zone, (given.get(zone) ?? 0) + count);
  }
  return { given, misfits };
}

/** By zone; undefined when a ready endpoint has no hint. */
function hintCounts({ endpoints }: Readonly<EndpointSlice>): Map<string, number> | undefined {
  const counts = new Map<string, number>();
  for (const endpoint of (endpoints ?? []).filter(isReady)) {
    const zones = endpoint.hints?.forZones ?? [];
    if (zones.length === 0) return undefined;
    for (const { name } of zones) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

/** Hints every ready endpoint for its own zone, then those of zones with too many for zones with too few. Adds to `given`. */
function redistributed(
  plan: SlicePlan,
  given: Map<string, number>,
  allocations: ReadonlyMap<string, Allocation>,
): SlicePlan {
  const add = (zone: string, by: number) => given.set(zone, (given.get(zone) ?? 0) + by);
  const own = mapped(plan, (endpoint) => {
    if (!isReady(endpoint)) return plain(endpoint);
    add(endpoint.zone!, 1);
    return hintedFor(endpoint, endpoint.zone!);
  });
  const { giving, receiving } = moves(given, allocations);
  return mapped(own, (endpoint) => {
    const left = isReady(endpoint) ? (giving.get(endpoint.zone!) ?? 0) : 0;
    const to = left > 0 ? [...receiving].find(([, count]) => count > 0) : undefined;
    if (!to) return endpoint;
    giving.set(endpoint.zone!, left - 1);
    receiving.set(to[0], to[1] - 1);
    add(endpoint.zone!, -1);
    add(to[0], 1);
    return hintedFor(endpoint, to[0]);
  });
}

const hintedFor = (endpoint: Endpoint, zone: string): Endpoint => ({
  ...endpoint,
  hints: { forZones: [{ name: zone }] },
});

/** How many endpoints zones give to and receive from others, the zones that are furthest from their share first. */
function moves(given: ReadonlyMap<string, number>, allocations: ReadonlyMap<string, Allocation>) {
  const surplus = new Map<string, number>();
  const need = new Map<string, number>();
  for (const [zone, { desired }] of allocations) {
    const difference = (given.get(zone) ?? 0) - desired;
    if (difference > 0) surplus.set(zone, difference);
    else if (difference < 0) need.set(zone, -difference);
  }
  const giving = new Map<string, number>();
  const receiving = new Map<string, number>();
  for (;;) {
    const [from, much] = most(surplus);
    const [to, little] = most(need);
    if ((much < 1 && little < 1) || much < 0.5 || little < 0.5) return { giving, receiving };
    giving.set(from, (giving.get(from) ?? 0) + 1);
    receiving.set(to, (receiving.get(to) ?? 0) + 1);
    surplus.set(from, much - 1);
    need.set(to, little - 1);
  }
}

function most(zones: ReadonlyMap<string, number>): [zone: string, count: number] {
  let found: [string, number] = ['', 0];
  for (const [zone, count] of zones) if (count > found[1]) found = [zone, count];
  return found;
}
