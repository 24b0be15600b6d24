// Pods with ResourceClaims: their claims exist and can be allocated on the node, or are allocated for it already.
// Upstream: pkg/scheduler/framework/plugins/dynamicresources.
import { isReservedFor } from '../../../api/devices/pod-claims.ts';
import type { AllocationResult } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf } from '../../../api/meta/v1/object.ts';
import { matchesTerm } from '../../../api/nodes/affinity.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { CycleState, StateKey } from '../../framework/cycle-state.ts';
import { normalizeByLargest } from '../../framework/node-score.ts';
import type {
  FilterPlugin,
  PostFilterPlugin,
  PreBindPlugin,
  PreEnqueuePlugin,
  PreFilterPlugin,
  PreScorePlugin,
  ReservePlugin,
  ScorePlugin,
} from '../../framework/plugin.ts';
import {
  errorStatus,
  SKIP,
  type Status,
  SUCCESS,
  unresolvable,
  unschedulable,
} from '../../framework/status.ts';
import { type Allocator, InvalidPools } from './allocator/allocator.ts';
import { OutOfSteps } from './allocator/budget.ts';
import { type Claim, claimsOf, hasClaims } from './claims.ts';
import type { DeviceSource } from './cluster-devices.ts';
import { mayFitAfter } from './queueing.ts';
import { hasAlternatives, scoreOf } from './score.ts';

/** What the plugin does to the API. */
export interface ClaimActions {
  /** Writes the allocation, if there is one, and reserves the claim; resolves with the claim as it is then. */
  bind(claim: Claim, pod: PodInfo, allocation: AllocationResult | undefined): Promise<Claim>;
  /** Waits for devices that have to be prepared before the pod is bound; throws if that fails. */
  awaitDevices(claims: readonly Claim[], pod: PodInfo, node: string): Promise<readonly Claim[]>;
  /** Begins to take back reservations that were written. */
  release(claims: readonly Claim[], pod: PodInfo): void;
  /** Begins to deallocate, so that the pod can have other devices. */
  deallocate(claim: Claim, pod: PodInfo): void;
  /** The claim's devices are not ready in time, or will never be. */
  hasFailed(claim: Claim): boolean;
}

export interface DynamicResourcesSources {
  readonly devices: DeviceSource;
  readonly actions: ClaimActions;
}

/** By the claim's place; none for claims that were allocated before. */
export type Allocations = ReadonlyMap<number, AllocationResult>;

interface CycleData {
  claims: readonly Claim[];
  /** Places of claims that have no allocation. */
  readonly open: readonly number[];
  readonly allocator: Allocator | undefined;
  /** What Filter found, by node. */
  readonly found: Map<string, readonly AllocationResult[]>;
  /** Places of allocated claims that some node cannot use. */
  readonly unavailable: Set<number>;
  reserved: Allocations;
}

/** Shared by clones: nothing in it depends on other pods. */
const cycleData: StateKey<CycleData> = { name: 'DynamicResources', clone: (data) => data };

type DynamicResources = PreEnqueuePlugin &
  PreFilterPlugin &
  FilterPlugin &
  PostFilterPlugin &
  PreScorePlugin &
  ScorePlugin &
  ReservePlugin &
  PreBindPlugin;

export function dynamicResources({ devices, actions }: DynamicResourcesSources): DynamicResources {
  /** The claim is allocated, but not for this node, or its devices will not be ready. */
  const isUnavailable = (claim: Claim, node: NodeInfo): boolean => {
    const { nodeSelector } = claim.status?.allocation ?? {};
    const isElsewhere =
      nodeSelector && !nodeSelector.nodeSelectorTerms.some((term) => matchesTerm(term, node));
    return isElsewhere || actions.hasFailed(claim);
  };
  return {
    name: 'DynamicResources',
    weight: 2,
    preEnqueue({ pod }) {
      if (!pod.spec?.resourceClaims?.length) return SUCCESS;
      if (!devices.isReady) return unresolvable('waiting for the caches of devices');
      const claims = claimsOf(pod, devices.claim);
      return typeof claims === 'string' ? unresolvable(claims) : SUCCESS;
    },
    mayFitAfter: (pod, event) => mayFitAfter(pod, event, devices.claim),
    preFilter(state, pod) {
      if (!hasClaims(pod)) return { status: SKIP };
      if (!devices.isReady) return { status: unresolvable('waiting for the caches of devices') };
      const claims = claimsOf(pod.pod, devices.claim);
      if (typeof claims === 'string') return { status: unresolvable(claims) };
      if (claims.length === 0) return { status: SKIP };
      const open = [...claims.keys()].filter((index) => !claims[index]!.status?.allocation);
      for (const index of open) {
        const problem = notAllocatable(claims[index]!, devices);
        if (problem) return { status: problem };
      }
      state.write(cycleData, {
        ...{
          claims: [...claims],
          open,
          found: new Map(),
          unavailable: new Set<number>(),
          reserved: new Map(),
        },
        allocator: open.length > 0 ? devices.allocator() : undefined,
      });
      return { status: SUCCESS };
    },
    filter(state, _pod, node) {
      const { claims, open, allocator, found, unavailable } = state.read(cycleData);
      const elsewhere = [...claims.keys()].filter((index) => isUnavailable(claims[index]!, node));
      for (const index of elsewhere) unavailable.add(index);
      if (elsewhere.length > 0) return unresolvable('resourceclaim not available on the node');
      if (!allocator) return SUCCESS;
      const allocations = allocate(
        allocator,
        node,
        open.map((index) => claims[index]!),
      );
      if ('code' in allocations) return allocations;
      found.set(node.name, allocations);
      return SUCCESS;
    },
    postFilter(state, pod) {
      const data = dataOf(state, pod);
      if (!data) return { status: unschedulable('no new claims to deallocate') };
      for (const index of data.unavailable) {
        const claim = data.claims[index]!;
        const { reservedFor = [] } = claim.status ?? {};
        if (reservedFor.some(({ uid }) => uid !== pod.uid)) continue;
        actions.deallocate(claim, pod);
        return { status: unschedulable('deallocation of ResourceClaim completed') };
      }
      return { status: unschedulable('still not schedulable') };
    },
    preScore: (state, pod) => (dataOf(state, pod)?.claims.some(hasAlternatives) ? SUCCESS : SKIP),
    score(state, _pod, node) {
      const { claims, open, found } = state.read(cycleData);
      const allocations = found.get(node.name) ?? [];
      return claims.reduce((sum, claim, index) => {
        const allocation = claim.status?.allocation ?? allocations[open.indexOf(index)];
        return allocation ? sum + scoreOf(claim, allocation) : sum;
      }, 0);
    },
    normalizeScore: (_state, _pod, scores) => normalizeByLargest(scores),
    reserve(state, pod, node) {
      const data = dataOf(state, pod);
      if (!data || data.open.length === 0) return SUCCESS;
      const allocations = data.found.get(node);
      if (!allocations) return errorStatus('claim allocation not found for node');
      data.reserved = new Map(data.open.map((index, i) => [index, allocations[i]!]));
      for (const [index, allocation] of data.reserved) devices.setPending(data.claims[index]!, allocation);
      return SUCCESS;
    },
    unreserve(state, pod) {
      const data = dataOf(state, pod);
      if (!data) return;
      for (const index of data.reserved.keys()) devices.setPending(data.claims[index]!, undefined);
      data.reserved = new Map();
      const reserved = data.claims.filter(
        (claim) => claim.status?.allocation && isReservedFor(claim, pod.pod),
      );
      if (reserved.length > 0) actions.release(reserved, pod);
    },
    async preBind(state, pod, node) {
      const data = dataOf(state, pod);
      if (!data) return SUCCESS;
      for (const [index, claim] of data.claims.entries()) {
        if (isReservedFor(claim, pod.pod)) continue;
        // What is written is what unreserve has to take back.
        const written = await actions.bind(claim, pod, data.reserved.get(index));
        data.claims = data.claims.with(index, written);
        devices.assume(written);
        devices.setPending(claim, undefined);
      }
      data.claims = await actions.awaitDevices(data.claims, pod, node);
      return SUCCESS;
    },
  };
}

/** Undefined for pods without claims, and when PreFilter did not come so far. */
const dataOf = (state: CycleState, pod: PodInfo): CycleData | undefined =>
  hasClaims(pod) ? state.find(cycleData) : undefined;

/** Why the claim cannot be allocated on any node now. */
function notAllocatable(claim: Claim, devices: DeviceSource): Status | undefined {
  if (devices.isPending(claim))
    return unresolvable(`resource claim ${keyOf(claim)} is in the process of being allocated`);
  for (const { name, exactly, firstAvailable = [] } of claim.spec.devices?.requests ?? []) {
    const where = `resource claim ${keyOf(claim)}, request ${name}`;
    if (!exactly && firstAvailable.length === 0) return unresolvable(`${where}: unknown request type`);
    if (!exactly && !devices.features.prioritizedList)
      return unresolvable(`${where}: has subrequests, but the DRAPrioritizedList feature is disabled`);
    const alternatives = exactly
      ? [[name, exactly.deviceClassName] as const]
      : firstAvailable.map((one) => [`${name}/${one.name}`, one.deviceClassName] as const);
    for (const [request, of] of alternatives) {
      if (!of) return errorStatus(`request ${request}: unsupported request type`);
      if (!devices.hasClass(of)) return unresolvable(`request ${request}: device class ${of} does not exist`);
    }
  }
  return undefined;
}

function allocate(
  allocator: Allocator,
  node: NodeInfo,
  claims: readonly Claim[],
): readonly AllocationResult[] | Status {
  try {
    return allocator.allocate(node, claims) ?? unresolvable('cannot allocate all claims');
  } catch (error) {
    if (error instanceof OutOfSteps) return errorStatus(`node ${node.name}: ${error.message}`);
    if (error instanceof InvalidPools) return unresolvable(error.message);
    throw error;
  }
}
