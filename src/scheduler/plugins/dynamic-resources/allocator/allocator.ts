// Allocates devices to claims, for one scheduling cycle and node by node. Same claims, slices and nodes give the same devices.
// Upstream: Allocate in staging/src/k8s.io/dynamic-resource-allocation/structured.
import type { AllocationResult, ResourceClaim } from '../../../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf } from '../../../../api/meta/v1/object.ts';
import type { SelectableNode } from '../../../../api/nodes/affinity.ts';
import { SearchBudget } from './budget.ts';
import { constraintOf } from './constraints.ts';
import { AvailableCounters, ConsumedCounters } from './counters.ts';
import type { AllocatorFeatures } from './features.ts';
import type { Candidate, Pool, PoolSource } from './pools.ts';
import { type Alternatives, type Ask, asksOf, type FindClass, type Wanted } from './requests.ts';
import { resultOf } from './result.ts';
import {
  type AllocatedDevices,
  type ClaimToAllocate,
  MAX_DEVICES,
  Search,
  type SearchInput,
} from './search.ts';
import type { Selection } from './selection.ts';

/** The claims do not fit here because the slices of a pool contradict one another; another node may do. */
export class InvalidPools extends Error {
  constructor() {
    super('invalid resource pools were encountered');
  }
}

export interface AllocatorSources {
  readonly features: AllocatorFeatures;
  readonly pools: PoolSource;
  readonly selection: Selection;
  readonly allocated: AllocatedDevices;
  readonly findClass: FindClass;
  /** An ID for the share of a device, unique in the cluster. */
  readonly shareId: () => string;
  readonly budget?: SearchBudget;
}

export class Allocator {
  readonly #sources: AllocatorSources;
  #budget: SearchBudget;
  #isNodeAlone = false;
  readonly #available: AvailableCounters;
  /** What requests of a claim ask for, on every node. */
  readonly #asks = new Map<Readonly<ResourceClaim>, readonly (readonly Ask[])[]>();

  constructor(sources: AllocatorSources) {
    const { allocated, budget = new SearchBudget() } = sources;
    this.#sources = sources;
    this.#budget = budget;
    this.#available = new AvailableCounters(
      (key) => allocated.isTaken(key) || allocated.consumed(key) !== undefined,
    );
  }

  /** From now on each node has a budget of its own: the caller rests between them. */
  eachNodeAlone(): void {
    this.#isNodeAlone = true;
  }

  /**
   * One result per claim, in their order; undefined if they do not fit together on this node. Throws OutOfSteps, InvalidPools, and an
   * error for claims and classes that are wrong wherever they are tried.
   */
  allocate(
    node: SelectableNode,
    claims: readonly Readonly<ResourceClaim>[],
  ): readonly AllocationResult[] | undefined {
    const { features, pools: source, allocated, selection, shareId } = this.#sources;
    if (this.#isNodeAlone) this.#budget = new SearchBudget();
    const budget = this.#budget;
    const pools = source.forNode(node, budget);
    const selects = (wanted: Wanted, candidate: Candidate) => selection.selects(wanted, candidate, budget);
    const counters = new ConsumedCounters(this.#available, budget);
    const input = { node, pools, allocated, counters, features, budget, selects };
    const prepared = claims.map((claim, index) => this.#prepare(claim, index, input));
    const chosen = new Search({ ...input, claims: prepared }).run();
    if (chosen)
      return prepared.map((claim, index) => resultOf(claim, chosen[index]!, node.name, features, shareId));
    if (pools.some(({ isInvalid }) => isInvalid)) throw new InvalidPools();
    return undefined;
  }

  #prepare(
    claim: Readonly<ResourceClaim>,
    claimIndex: number,
    input: Omit<SearchInput, 'claims'>,
  ): ClaimToAllocate {
    const requests = this.#asksOf(claim).map((asks) =>
      asks.map((ask) => wantedOf({ ...ask, claimIndex }, input)),
    );
    const least = requests.reduce((sum, alternatives) => sum + leastOf(alternatives), 0);
    if (least > MAX_DEVICES)
      throw new Error(
        `claim ${keyOf(claim)}: number of requested devices ${least} exceeds the claim limit of ${MAX_DEVICES}`,
      );
    const constraints = (claim.spec.devices?.constraints ?? []).map((one, i) => {
      const constraint = constraintOf(one);
      if (constraint) return constraint;
      throw new Error(
        `claim ${keyOf(claim)}, constraint #${i}: empty constraint (unsupported constraint type?)`,
      );
    });
    return { claim, requests, constraints };
  }

  #asksOf(claim: Readonly<ResourceClaim>): readonly (readonly Ask[])[] {
    const known = this.#asks.get(claim);
    if (known) return known;
    const { findClass, features } = this.#sources;
    const made = (claim.spec.devices?.requests ?? []).map((request) => {
      if (request.firstAvailable?.length && !features.prioritizedList)
        throw new Error(
          `claim ${keyOf(claim)}, request ${request.name}: has subrequests, but the DRAPrioritizedList feature is disabled`,
        );
      return asksOf(claim, request, findClass);
    });
    this.#asks.set(claim, made);
    return made;
  }
}

const leastOf = (alternatives: Alternatives): number =>
  alternatives.reduce((least, { count }) => Math.min(least, count), Number.POSITIVE_INFINITY);

/** A request for all devices waits for pools that are being replaced. */
function wantedOf(ask: Ask & { readonly claimIndex: number }, input: Omit<SearchInput, 'claims'>): Wanted {
  if (ask.mode !== 'All') return { ...ask, count: ask.exact };
  const fault = (pool: Pool) => (pool.isIncomplete ? 'being updated' : 'invalid');
  const bad = input.pools.find(({ isIncomplete, isInvalid }) => isIncomplete || isInvalid);
  if (bad)
    throw new Error(
      `claim ${keyOf(ask.claim)}, request ${ask.name}: asks for all devices, but resource pool ${bad.key} is currently ${fault(bad)}`,
    );
  const probe = new Search({ ...input, claims: [] });
  const wanted = { ...ask, count: 0 };
  const all = input.pools
    .flatMap(({ candidates }) => candidates)
    .filter((one) => probe.isSelectable(wanted, one) && probe.capacityFor(wanted, one));
  return { ...ask, all, count: all.length };
}
