// The search for devices on one node: claim by claim, request by request, device by device; what does not lead to a whole solution is
// taken back. The first solution counts. The order of devices within a request does not matter, so only combinations are tried.
// Upstream: allocateOne and allocateDevice in allocator_incubating.go.
import type { ResourceClaim } from '../../../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf } from '../../../../api/meta/v1/object.ts';
import type { SelectableNode } from '../../../../api/nodes/affinity.ts';
import type { SearchBudget } from './budget.ts';
import { type Amounts, consumedBy, isLeft, plus } from './capacity.ts';
import type { Constraint } from './constraints.ts';
import type { ConsumedCounters } from './counters.ts';
import type { AllocatorFeatures } from './features.ts';
import { type Candidate, isReachable, type Pool } from './pools.ts';
import type { Alternatives, Wanted } from './requests.ts';
import { preventsAllocation } from './taints.ts';

/** Of one claim. */
export const MAX_DEVICES = 32;

/** What is allocated already, also by cycles whose claims are not written yet. */
export interface AllocatedDevices {
  /** To one claim alone. */
  isTaken(device: string): boolean;
  /** What claims that share the device consume of it. */
  consumed(device: string): Amounts | undefined;
}

export interface Choice {
  readonly wanted: Wanted;
  readonly candidate: Candidate;
  /** Of a device that several claims may share. */
  readonly consumed: Amounts | undefined;
}

interface Taken {
  readonly consumed: Amounts | undefined;
  readonly tookCounters: boolean;
  /** What claims of this search consumed of the shared device before. */
  readonly before: Amounts | undefined;
}

/** A choice and what it takes to undo it. */
interface Step extends Choice, Taken {}

export interface ClaimToAllocate {
  readonly claim: Readonly<ResourceClaim>;
  readonly requests: readonly Alternatives[];
  readonly constraints: readonly Constraint[];
}

export interface SearchInput {
  readonly node: SelectableNode;
  readonly pools: readonly Pool[];
  readonly claims: readonly ClaimToAllocate[];
  readonly allocated: AllocatedDevices;
  readonly counters: ConsumedCounters;
  readonly features: AllocatorFeatures;
  readonly budget: SearchBudget;
  /** Whether class and request select the device. */
  readonly selects: (wanted: Wanted, candidate: Candidate) => boolean;
}

/** Too many devices for one claim: other devices would not help, fewer might. */
type Found = boolean | 'too many';

/** What a device costs to be tried, and to be chosen. */
const TRY_STEPS = 2;
const CHOOSE_STEPS = 5;

export class Search {
  readonly #input: SearchInput;
  /** Claims by device. */
  readonly #taken = new Map<string, Set<number>>();
  readonly #shared = new Map<string, Amounts>();
  readonly #chosen: Step[][];
  readonly #selected = new Map<Wanted, Map<Candidate, boolean>>();

  constructor(input: SearchInput) {
    this.#input = input;
    this.#chosen = input.claims.map(() => []);
  }

  /** Devices per claim; undefined if there is no solution. */
  run(): readonly (readonly Choice[])[] | undefined {
    return this.#request(0, 0) === true ? this.#chosen : undefined;
  }

  #request(claimIndex: number, requestIndex: number): Found {
    const { claims, budget } = this.#input;
    budget.spend(1);
    const claim = claims[claimIndex];
    if (!claim) return true;
    const alternatives = claim.requests[requestIndex];
    if (!alternatives) {
      const found = this.#request(claimIndex + 1, 0);
      // Another choice for an earlier claim may leave a smaller alternative for this one.
      return found === 'too many' ? false : found;
    }
    let isAlways = true;
    for (const wanted of alternatives) {
      const found = this.#devices(wanted, requestIndex, 0, 0, 0);
      if (found === true) return true;
      if (found === false) isAlways = false;
    }
    return isAlways ? 'too many' : false;
  }

  /** From the device number `index` of a request on; those before it in the order of pools are not tried again. */
  #devices(wanted: Wanted, requestIndex: number, index: number, fromPool: number, from: number): Found {
    const { budget, pools } = this.#input;
    budget.spend(1);
    if (wanted.all?.length === 0) return false;
    if (index >= wanted.count) return this.#request(wanted.claimIndex, requestIndex + 1);
    const chosen = this.#chosen[wanted.claimIndex]!;
    if (chosen.length + wanted.count - index > MAX_DEVICES) return 'too many';
    if (wanted.all) {
      const candidate = wanted.all[index]!;
      if (!this.#choose(wanted, candidate, true)) return false;
      const found = this.#devices(wanted, requestIndex, index + 1, 0, 0);
      if (found !== true) this.#takeBack(wanted, candidate);
      return found;
    }
    for (let p = fromPool; p < pools.length; p++) {
      const { candidates, isIncomplete, isInvalid } = pools[p]!;
      if (isIncomplete || isInvalid) continue;
      for (let c = p === fromPool ? from : 0; c < candidates.length; c++) {
        const candidate = candidates[c]!;
        budget.spend(1);
        if (this.#isInUse(wanted, candidate) || !this.isSelectable(wanted, candidate)) continue;
        if (!this.#choose(wanted, candidate, false)) continue;
        const found = this.#devices(wanted, requestIndex, index + 1, p, c + 1);
        if (found === true) return true;
        this.#takeBack(wanted, candidate);
        if (found === 'too many') return found;
      }
    }
    return false;
  }

  isSelectable(wanted: Wanted, candidate: Candidate): boolean {
    let answers = this.#selected.get(wanted);
    if (!answers) {
      answers = new Map();
      this.#selected.set(wanted, answers);
    }
    const known = answers.get(candidate);
    if (known !== undefined) return known;
    const { features, node, budget, selects } = this.#input;
    const { device, slice } = candidate;
    budget.spend(TRY_STEPS);
    const answer =
      (features.bindingConditions || !device.bindingConditions?.length) &&
      selects(wanted, candidate) &&
      (!slice.spec.perDeviceNodeSelection || isReachable(device, node));
    answers.set(candidate, answer);
    return answer;
  }

  /** Administrators share devices with others, but each of their claims has a device only once. */
  #isInUse({ adminAccess, claimIndex }: Wanted, { key, device }: Candidate): boolean {
    const { allocated } = this.#input;
    const taken = this.#taken.get(key);
    if (adminAccess) return !this.#isShared(device) && (taken?.has(claimIndex) ?? false);
    return allocated.isTaken(key) || (taken?.size ?? 0) > 0;
  }

  #isShared({ allowMultipleAllocations }: Candidate['device']): boolean {
    return this.#input.features.consumableCapacity && allowMultipleAllocations === true;
  }

  /** What the request would consume; undefined if the device has not that much. */
  capacityFor({ capacity }: Wanted, { key, device }: Candidate): Amounts | undefined {
    const { features, allocated } = this.#input;
    const { capacity: capacities = {} } = device;
    if (!features.consumableCapacity) return NOTHING;
    const isShared = this.#isShared(device);
    if (!isShared && !capacity?.requests) return NOTHING;
    this.#input.budget.spend(CHOOSE_STEPS);
    const consumed = consumedBy(capacity, capacities);
    if (!consumed) return undefined;
    return isLeft(consumed, capacities, allocated.consumed(key), this.#shared.get(key))
      ? consumed
      : undefined;
  }

  /** `must`: there is no other device instead, so a constraint that it breaks is an error of the claim. */
  #choose(wanted: Wanted, candidate: Candidate, must: boolean): boolean {
    if (this.#isInUse(wanted, candidate)) return false;
    // First, since most choices of a long search end here.
    const isKept = this.#meetsConstraints(wanted, candidate);
    if (!isKept && !must) return false;
    const taken = this.#take(wanted, candidate);
    if (taken && isKept) return this.#note(wanted, candidate, taken);
    if (isKept) this.#removeFromConstraints(wanted, candidate);
    if (!taken) return false;
    const { claim } = this.#input.claims[wanted.claimIndex]!;
    throw new Error(
      `claim ${keyOf(claim)}, request ${wanted.name}: cannot add device ${candidate.key} because a claim constraint would not be satisfied`,
    );
  }

  #meetsConstraints(wanted: Wanted, candidate: Candidate): boolean {
    const { constraints } = this.#input.claims[wanted.claimIndex]!;
    for (let i = 0; i < constraints.length; i++) {
      this.#input.budget.spend(1);
      if (constraints[i]!.add(wanted, candidate)) continue;
      for (let e = 0; e < i; e++) constraints[e]!.remove(wanted, candidate);
      return false;
    }
    return true;
  }

  #removeFromConstraints(wanted: Wanted, candidate: Candidate): void {
    const { constraints } = this.#input.claims[wanted.claimIndex]!;
    for (const constraint of constraints) constraint.remove(wanted, candidate);
  }

  /** Undefined if the device has not enough, or is tainted. */
  #take(wanted: Wanted, candidate: Candidate): Taken | undefined {
    const { features, budget, counters, allocated } = this.#input;
    const { device, key } = candidate;
    budget.spend(CHOOSE_STEPS);
    const consumed = this.capacityFor(wanted, candidate);
    if (!consumed) return undefined;
    if (features.deviceTaints && preventsAllocation(device.taints ?? [], wanted.tolerations))
      return undefined;
    const isShared = this.#isShared(device);
    const before = this.#shared.get(key);
    // Who shares a device that is in use takes nothing more from its pool.
    const isOpen = isShared && (before ?? allocated.consumed(key)) !== undefined;
    const tookCounters = !isOpen && (device.consumesCounters?.length ?? 0) > 0;
    if (tookCounters && (!features.partitionableDevices || !counters.take(candidate))) return undefined;
    return { tookCounters, before, consumed: isShared ? consumed : undefined };
  }

  #note(wanted: Wanted, candidate: Candidate, { tookCounters, before, consumed }: Taken): true {
    const { key } = candidate;
    const { claimIndex } = wanted;
    if (consumed) this.#shared.set(key, plus(before, consumed));
    else this.#taken.set(key, (this.#taken.get(key) ?? new Set<number>()).add(claimIndex));
    this.#chosen[claimIndex]!.push({ wanted, candidate, tookCounters, before, consumed });
    return true;
  }

  /** Undoes the last choice. */
  #takeBack(wanted: Wanted, candidate: Candidate): void {
    const { counters } = this.#input;
    const { key } = candidate;
    const { claimIndex } = wanted;
    const { consumed, tookCounters, before } = this.#chosen[claimIndex]!.pop()!;
    this.#removeFromConstraints(wanted, candidate);
    if (!consumed) this.#taken.get(key)?.delete(claimIndex);
    else if (before) this.#shared.set(key, before);
    else this.#shared.delete(key);
    if (tookCounters) counters.giveBack(candidate);
  }
}

const NOTHING: Amounts = new Map();
