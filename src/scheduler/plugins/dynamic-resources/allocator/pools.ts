// The pools of devices that a node can reach, as their slices describe them. Slices of old generations count for nothing; a pool may be
// incomplete, as long as its driver replaces slices, or invalid. Upstream: pools_incubating.go.
import type { NodeSelector } from '../../../../api/kinds/core/v1/node-affinity.ts';
import type { Device, ResourceSlice } from '../../../../api/kinds/resource/v1/resource-slice.ts';
import { nameOf } from '../../../../api/meta/v1/object.ts';
import { matchesTerm, type SelectableNode } from '../../../../api/nodes/affinity.ts';
import { parseQuantity, type Quantity } from '../../../../api/quantity/quantity.ts';
import type { SearchBudget } from './budget.ts';
import type { AllocatorFeatures } from './features.ts';

export type Slice = Readonly<ResourceSlice>;

/** A device that may be allocated. The same object as long as its pool is the same, so it can be a key. */
export interface Candidate {
  /** `driver/pool/device`: names of drivers and devices have no slash. */
  readonly key: string;
  readonly pool: Pool;
  readonly slice: Slice;
  readonly device: Readonly<Device>;
}

/** Amounts by counter, by counter set. */
export type Counters = ReadonlyMap<string, ReadonlyMap<string, Quantity>>;

export interface Pool {
  readonly driver: string;
  readonly name: string;
  /** `driver/pool`. */
  readonly key: string;
  /** Its slices are being replaced: nothing can be allocated from it. */
  readonly isIncomplete: boolean;
  readonly isInvalid: boolean;
  /** In slices that the node can reach, in the order in which they are tried. */
  readonly candidates: readonly Candidate[];
  /** In its other slices: they consume the same counters. */
  readonly elsewhere: readonly Candidate[];
  readonly counters: Counters;
}

export interface SliceSource {
  /** Slices of the node alone. */
  ofNode(node: string): readonly Slice[];
  /** Slices that are not of one node, and those that have the counters of a pool. */
  shared(): readonly Slice[];
  /** All slices of a pool, of every generation. */
  ofPool(key: string): readonly Slice[];
}

export const poolKeyOf = ({ spec }: Slice): string => `${spec.driver}/${spec.pool.name}`;
export const deviceKey = (driver: string, pool: string, device: string): string =>
  `${driver}/${pool}/${device}`;
export const isShared = ({ spec }: Slice): boolean => !spec.nodeName || hasCounters(spec);

const hasCounters = ({ sharedCounters = [] }: Slice['spec']): boolean => sharedCounters.length > 0;

/** In which nodes a slice or device is. */
export interface Placed {
  readonly nodeName?: string | undefined;
  readonly allNodes?: boolean | undefined;
  readonly nodeSelector?: Readonly<NodeSelector> | undefined;
}

export function isReachable({ nodeName, allNodes, nodeSelector }: Placed, node: SelectableNode): boolean {
  if (nodeName) return nodeName === node.name;
  return (
    allNodes === true || (nodeSelector?.nodeSelectorTerms.some((term) => matchesTerm(term, node)) ?? false)
  );
}

/** What it costs to look at a slice for all nodes, and to match a node selector: network-attached devices are looked at for every node. */
const LOOK_STEPS = 0.1;
const PLACE_STEPS = 1;

export class PoolSource {
  readonly #slices: SliceSource;
  readonly #features: AllocatorFeatures;
  /** What was made of a pool last; most pools are the same for the next node or cycle. */
  readonly #made = new Map<
    string,
    { readonly of: readonly Slice[]; readonly all: readonly Slice[]; readonly pool: Pool }
  >();

  constructor(slices: SliceSource, features: AllocatorFeatures) {
    this.#slices = slices;
    this.#features = features;
  }

  /** In the order in which they are tried: by driver and name, those with binding conditions last. */
  forNode(node: SelectableNode, budget: SearchBudget): Pool[] {
    const newest = new Map<string, Slice[]>();
    for (const slices of [this.#slices.ofNode(node.name), this.#slices.shared()])
      for (const slice of slices) if (this.#isRelevant(slice, node, budget)) addNewest(newest, slice);
    const pools = [...newest].flatMap(([key, slices]) => this.#pool(key, slices, budget) ?? []);
    pools.sort(byDriverAndName);
    return [...pools.filter((pool) => !needsBinding(pool)), ...pools.filter(needsBinding)];
  }

  #isRelevant(slice: Slice, node: SelectableNode, budget: SearchBudget): boolean {
    const { spec } = slice;
    const { partitionableDevices } = this.#features;
    if (!partitionableDevices && (spec.perDeviceNodeSelection !== undefined || hasCounters(spec)))
      return false;
    if (hasCounters(spec)) return true;
    if (!spec.perDeviceNodeSelection) {
      budget.spend(spec.nodeSelector ? PLACE_STEPS : LOOK_STEPS);
      return isReachable(spec, node);
    }
    return (spec.devices ?? []).some((device) => {
      budget.spend(PLACE_STEPS);
      return isReachable(device, node);
    });
  }

  /** Undefined: all of the slices are obsolete. */
  #pool(key: string, slices: Slice[], budget: SearchBudget): Pool | undefined {
    const { generation, resourceSliceCount } = slices[0]!.spec.pool;
    let all: readonly Slice[] = slices;
    if (slices.length !== resourceSliceCount) {
      const known = this.#slices.ofPool(key);
      if (known.some(({ spec }) => spec.pool.generation > generation)) return undefined;
      all = known.filter(({ spec }) => spec.pool.generation === generation);
    }
    const last = this.#made.get(key);
    if (last && isSame(last.of, slices) && isSame(last.all, all)) return last.pool;
    for (const { spec } of all) budget.spend(spec.devices?.length ?? 0);
    const pool =
      all.length === resourceSliceCount
        ? poolOf(key, slices, all, this.#features)
        : emptyPool(key, slices[0]!, { isIncomplete: true });
    if (this.#made.size >= MOST_POOLS) this.#made.clear();
    this.#made.set(key, { of: slices, all, pool });
    return pool;
  }
}

const MOST_POOLS = 20_000;

const isSame = (a: readonly Slice[], b: readonly Slice[]): boolean =>
  a.length === b.length && a.every((slice, i) => slice === b[i]);

function addNewest(newest: Map<string, Slice[]>, slice: Slice): void {
  const key = poolKeyOf(slice);
  const known = newest.get(key);
  const { generation } = slice.spec.pool;
  if (!known || generation > known[0]!.spec.pool.generation) newest.set(key, [slice]);
  else if (generation === known[0]!.spec.pool.generation) known.push(slice);
}

function byDriverAndName(a: Pool, b: Pool): number {
  if (a.driver !== b.driver) return a.driver < b.driver ? -1 : 1;
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

const needsBinding = ({ candidates }: Pool): boolean =>
  candidates.some(({ device }) => device.bindingConditions !== undefined);

type Fault = Partial<Pick<Pool, 'isIncomplete' | 'isInvalid'>>;

const emptyPool = (key: string, { spec }: Slice, fault: Fault): Pool => ({
  ...{ driver: spec.driver, name: spec.pool.name, key, isIncomplete: false, isInvalid: false },
  ...{ candidates: [], elsewhere: [], counters: new Map() },
  ...fault,
});

/** `slices` are those of `all` that the node can reach. Drivers order their devices by the names of slices. */
function poolOf(
  key: string,
  slices: readonly Slice[],
  all: readonly Slice[],
  features: AllocatorFeatures,
): Pool {
  const sorted = slices.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  const first = slices[0]!;
  const invalid = emptyPool(key, first, { isInvalid: true });
  const counters = countersOf(sorted);
  if (!counters) return invalid;
  const candidates: Candidate[] = [];
  const elsewhere: Candidate[] = [];
  const pool: Pool = { ...emptyPool(key, first, {}), candidates, elsewhere, counters };
  const near = new Set(slices);
  const names = new Set<string>();
  for (const slice of [...sorted, ...all.filter((one) => !near.has(one))]) {
    for (const device of slice.spec.devices ?? []) {
      const isNear = near.has(slice);
      if (isNear && names.has(device.name)) return invalid;
      if (features.partitionableDevices && !countersExist(device, counters)) return invalid;
      if (isNear) names.add(device.name);
      const { driver, name } = pool;
      (isNear ? candidates : elsewhere).push({
        key: deviceKey(driver, name, device.name),
        pool,
        slice,
        device,
      });
    }
  }
  return pool;
}

/** Undefined: two sets have one name. */
function countersOf(slices: readonly Slice[]): Counters | undefined {
  const sets = new Map<string, ReadonlyMap<string, Quantity>>();
  for (const { spec } of slices)
    for (const { name, counters } of spec.sharedCounters ?? []) {
      if (sets.has(name)) return undefined;
      sets.set(name, amountsOf(counters));
    }
  return sets;
}

export const amountsOf = (
  counters: Readonly<Record<string, { readonly value: string }>>,
): Map<string, Quantity> =>
  new Map(Object.entries(counters).map(([name, { value }]) => [name, parseQuantity(value)]));

const countersExist = ({ consumesCounters = [] }: Readonly<Device>, sets: Counters): boolean =>
  consumesCounters.every(({ counterSet, counters }) => {
    const set = sets.get(counterSet);
    return set !== undefined && Object.keys(counters).every((name) => set.has(name));
  });
