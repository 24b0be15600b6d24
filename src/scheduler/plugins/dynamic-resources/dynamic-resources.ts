// Pods with ResourceClaims: their claims exist and can be allocated on the node, or are allocated for it already.
// Upstream: pkg/scheduler/framework/plugins/dynamicresources.
import { isReservedFor } from '../../../api/devices/pod-claims.ts';
import type { AllocationResult } from '../../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf } from '../../../api/meta/v1/object.ts';
import { matchesTerm } from '../../../api/nodes/affinity.ts';
import type { Obstacle } from '../../../api/pods/placement.ts';
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { StateKey } from '../../framework/cycle-state.ts';
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
import {
  asksForExtended,
  claimOnNode,
  inMemoryClaim,
  isBackedByClass,
  isInMemory,
  type NodeClaim,
} from './extended-resources.ts';
import { mayFitAfter } from './queueing.ts';
import { hasAlternatives, scoreOf } from './score.ts';

/** What the plugin does to the API. */
export interface ClaimActions {
  /** Writes the allocation, if there is one, and reserves the claim; resolves with the claim as it is then. */
  bind(claim: Claim, pod: PodInfo, allocation: AllocationResult | undefined): Promise<Claim>;
  createExtended(claim: NodeClaim): Promise<Claim>;
  /** Notes the created claim in the pod's status. */
  noteExtended(claim: Claim, of: NodeClaim, pod: PodInfo): Promise<void>;
  /** Begins to delete the claim for the pod's extended resources. */
  deleteExtended(claim: Claim, pod: PodInfo): void;
  /** Waits for devices that have to be prepared before the pod is bound; throws if that fails. */
  awaitDevices(
    claims: readonly Claim[],
    pod: PodInfo,
    node: string,
    timeoutMs: number,
  ): Promise<readonly Claim[]>;
  /** Begins to take back reservations that were written. */
  release(claims: readonly Claim[], pod: PodInfo): void;
  /** Begins to deallocate, so that the pod can have other devices. */
  deallocate(claim: Claim, pod: PodInfo): void;
  /** The claim's devices are not ready in time, or will never be. */
  hasFailed(claim: Claim, timeoutMs: number): boolean;
}

export interface DynamicResourcesSources {
  readonly devices: DeviceSource;
  readonly actions: ClaimActions;
}

/** By the claim's place; none for claims that were allocated before. */
export type Allocations = ReadonlyMap<number, AllocationResult>;

interface Found {
  readonly allocations: Allocations;
  /** What the node has to give of the pod's extended resources. */
  readonly extended: NodeClaim | undefined;
}

interface CycleData {
  claims: readonly Claim[];
  /** As they were before anything was written. */
  readonly initial: readonly Claim[];
  /** Places of claims that have no allocation. */
  readonly open: readonly number[];
  readonly allocator: Allocator | undefined;
  /** The place of the claim for extended resources; -1 if there is none. */
  readonly extended: number;
  /** What Filter found, by node. */
  readonly found: Map<string, Found>;
  /** Places of allocated claims that some node cannot use. */
  readonly unavailable: Set<number>;
  reserved: Allocations;
}

/** Shared by clones: nothing in it depends on other pods. Not there when PreFilter had nothing to do, or did not come so far. */
const cycleData: StateKey<CycleData> = { name: 'DynamicResources', clone: (data) => data };

type DynamicResources = PreEnqueuePlugin &
  PreFilterPlugin &
  FilterPlugin &
  PostFilterPlugin &
  PreScorePlugin &
  ScorePlugin &
  ReservePlugin &
  PreBindPlugin;

export function dynamicResources(
  { devices, actions }: DynamicResourcesSources,
  bindingTimeoutMs: number,
): DynamicResources {
  /** The claim is allocated, but not for this node, or its devices will not be ready. */
  const isUnavailable = (claim: Claim, node: NodeInfo): boolean => {
    const { nodeSelector } = claim.status?.allocation ?? {};
    const isElsewhere =
      nodeSelector && !nodeSelector.nodeSelectorTerms.some((term) => matchesTerm(term, node));
    return isElsewhere || actions.hasFailed(claim, bindingTimeoutMs);
  };
  const { extendedResources } = devices.features;
  const mayNeed = (pod: PodInfo): boolean => hasClaims(pod) || (extendedResources && asksForExtended(pod));
  /** That of an earlier attempt, if there is one: it has to go before there is another. */
  const extendedClaim = (pod: PodInfo): Claim | undefined => {
    if (!extendedResources || !isBackedByClass(pod, devices.classFor)) return undefined;
    return devices.extendedClaimOf(pod.uid) ?? inMemoryClaim(pod);
  };
  return {
    name: 'DynamicResources',
    weight: 2,
    preEnqueue(pod) {
      if (!mayNeed(pod)) return SUCCESS;
      // A pod with extended resources alone does not wait: they may have nothing to do with devices.
      if (!devices.isReady) return hasClaims(pod) ? notReady : SUCCESS;
      const claims = claimsOf(pod.pod, devices.claim);
      return typeof claims === 'string' ? unresolvable(claims) : SUCCESS;
    },
    mayFitAfter: (pod, event) => mayFitAfter(pod, event, devices.claim),
    preFilter(state, pod) {
      if (!mayNeed(pod)) return { status: SKIP };
      if (!devices.isReady) return { status: hasClaims(pod) ? notReady : SKIP };
      const users = claimsOf(pod.pod, devices.claim);
      if (typeof users === 'string') return { status: unresolvable(users) };
      const special = extendedClaim(pod);
      const claims = special ? [...users, special] : users;
      if (claims.length === 0) return { status: SKIP };
      const extended = special ? users.length : -1;
      const open = [...users.keys()].filter((index) => !users[index]!.status?.allocation);
      for (const index of open) {
        const problem = notAllocatable(users[index]!, devices);
        if (problem) return { status: problem };
      }
      state.write(cycleData, {
        ...{ claims, initial: claims, open, extended, found: new Map(), unavailable: new Set<number>() },
        reserved: new Map(),
        allocator: open.length > 0 || special ? devices.allocator() : undefined,
      });
      return { status: SUCCESS };
    },
    filter(state, pod, node) {
      const { claims, open, extended, allocator, found, unavailable } = state.read(cycleData);
      const special = claims[extended];
      const onNode = special && claimOnNode(special, pod, node, devices.classFor);
      if (onNode && 'code' in onNode) return onNode;
      const elsewhere = [...claims.keys()].filter((index) => isUnavailable(claims[index]!, node));
      for (const index of elsewhere) unavailable.add(index);
      if (elsewhere.length > 0) return unresolvable('resourceclaim not available on the node');
      const places = onNode ? [...open, extended] : open;
      if (!allocator || places.length === 0) return SUCCESS;
      const results = allocate(
        allocator,
        node,
        places.map((index) => (index === extended ? onNode!.claim : claims[index]!)),
      );
      if ('code' in results) return results;
      const allocations = new Map(places.map((index, i) => [index, results[i]!]));
      found.set(node.name, { allocations, extended: onNode });
      return SUCCESS;
    },
    obstacles(state, pod) {
      const { claims, open, extended, allocator } = state.read(cycleData);
      allocator?.eachNodeAlone();
      return (node) => {
        const elsewhere = claims.filter((claim) => isUnavailable(claim, node));
        if (elsewhere.length > 0)
          return elsewhere.map((claim) => ({ type: 'AllocatedElsewhere' as const, claim: keyOf(claim) }));
        const special = claims[extended];
        const onNode = special && claimOnNode(special, pod, node, devices.classFor);
        if (!allocator || (onNode && 'code' in onNode)) return [];
        const wanted = [...open.map((index) => claims[index]!), ...(onNode ? [onNode.claim] : [])];
        return missingDevices(wanted, (some) => !('code' in allocate(allocator, node, some)));
      };
    },
    postFilter(state, pod) {
      const data = state.find(cycleData);
      if (!data) return { status: unschedulable('no new claims to deallocate') };
      for (const index of data.unavailable) {
        const claim = data.claims[index]!;
        const { reservedFor = [] } = claim.status ?? {};
        if (index === data.extended || reservedFor.some(({ uid }) => uid !== pod.uid)) continue;
        actions.deallocate(claim, pod);
        return { status: unschedulable('deallocation of ResourceClaim completed') };
      }
      const special = data.claims[data.extended];
      if (!special || isInMemory(special)) return { status: unschedulable('still not schedulable') };
      actions.deleteExtended(special, pod);
      return { status: unschedulable('deletion of ResourceClaim completed') };
    },
    preScore: (state) => (state.find(cycleData)?.claims.some(hasAlternatives) ? SUCCESS : SKIP),
    score(state, _pod, node) {
      const { claims, found } = state.read(cycleData);
      const allocations = found.get(node.name)?.allocations;
      return claims.reduce((sum, claim, index) => {
        const allocation = claim.status?.allocation ?? allocations?.get(index);
        return allocation ? sum + scoreOf(claim, allocation) : sum;
      }, 0);
    },
    normalizeScore: (_state, _pod, scores) => normalizeByLargest(scores),
    reserve(state, _pod, node) {
      const data = state.find(cycleData);
      if (!data) return SUCCESS;
      const found = data.found.get(node);
      if (!found) return data.open.length > 0 ? errorStatus('claim allocation not found for node') : SUCCESS;
      data.reserved = found.allocations;
      for (const [index, allocation] of data.reserved) devices.setPending(data.initial[index]!, allocation);
      return SUCCESS;
    },
    unreserve(state, pod) {
      const data = state.find(cycleData);
      if (!data) return;
      for (const index of data.reserved.keys()) devices.setPending(data.initial[index]!, undefined);
      data.reserved = new Map();
      const reserved = data.claims.filter(
        (claim, index) =>
          index !== data.extended && claim.status?.allocation && isReservedFor(claim, pod.pod),
      );
      if (reserved.length > 0) actions.release(reserved, pod);
      const special = data.claims[data.extended];
      if (!special || isInMemory(special)) return;
      devices.forget(special);
      actions.deleteExtended(special, pod);
    },
    async preBind(state, pod, node) {
      const data = state.find(cycleData);
      if (!data) return SUCCESS;
      // What is written is what unreserve has to take back.
      const note = (index: number, claim: Claim): void => {
        data.claims = data.claims.with(index, claim);
      };
      const onNode = data.found.get(node)?.extended;
      if (onNode) note(data.extended, await actions.createExtended(onNode));
      for (const [index, claim] of data.claims.entries()) {
        if ((index === data.extended && !onNode) || isReservedFor(claim, pod.pod)) continue;
        const written = await actions.bind(claim, pod, data.reserved.get(index));
        note(index, written);
        devices.assume(written);
        devices.setPending(data.initial[index]!, undefined);
      }
      if (onNode) await actions.noteExtended(data.claims[data.extended]!, onNode, pod);
      const isWritten = (_: Claim, index: number) => index !== data.extended || onNode !== undefined;
      const ready = await actions.awaitDevices(data.claims.filter(isWritten), pod, node, bindingTimeoutMs);
      for (const claim of ready)
        note(
          data.claims.findIndex((one) => keyOf(one) === keyOf(claim)),
          claim,
        );
      return SUCCESS;
    },
  };
}

const notReady = unresolvable('waiting for the caches of devices');

/** The claims that cannot have devices for themselves; all, if only together they are too many. */
function missingDevices(claims: readonly Claim[], fits: (claims: readonly Claim[]) => boolean): Obstacle[] {
  const alone = claims.filter((claim) => !fits([claim])).map(keyOf);
  if (alone.length > 0) return alone.map((claim) => ({ type: 'Devices', claims: [claim] }));
  return fits(claims) ? [] : [{ type: 'Devices', claims: claims.map(keyOf) }];
}

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
