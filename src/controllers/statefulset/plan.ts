// The next steps of a stateful set. With OrderedReady one pod at a time, up from the lowest ordinal and down from the
// highest, each only when its predecessors are running and available; with Parallel all at once. Follows
// stateful_set_control.go (pkg/controller/statefulset). Pure.

import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { isPodAvailable, isPodReady } from '../../api/pods/readiness.ts';
import { addAll } from '../../kit/lists.ts';
import { scaled } from '../framework/scaled.ts';
import { isLabelled, ordinalOf, revisionOf, startOf } from './identity.ts';

export type Step =
  | { readonly do: 'create'; readonly ordinal: number; readonly revision: 'current' | 'update' }
  | { readonly do: 'delete'; readonly pod: Readonly<Pod> }
  /** Its labels are not those of its ordinal. */
  | { readonly do: 'label'; readonly pod: Readonly<Pod>; readonly ordinal: number }
  /** Its claims may have the wrong owners, and with `create` may be missing. */
  | { readonly do: 'claims'; readonly pod: Readonly<Pod>; readonly create: boolean };

export interface PlanInput {
  readonly set: Readonly<StatefulSet>;
  readonly pods: readonly Readonly<Pod>[];
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly now: number;
  /** True while a claim that the missing pod would use is about to be deleted with an earlier pod. */
  readonly mustWait: (ordinal: number) => boolean;
  /** Whether rollingUpdate.maxUnavailable counts (the feature MaxUnavailableStatefulSet). */
  readonly limitsUnavailable: boolean;
}

export function planSteps(input: PlanInput): Step[] {
  const { set, pods } = input;
  const steps: Step[] = [];
  const monotonic = set.spec?.podManagementPolicy !== 'Parallel';
  const wanted = new Map<number, Readonly<Pod> | undefined>();
  for (let i = 0; i < (set.spec?.replicas ?? 1); i++) wanted.set(startOf(set) + i, undefined);
  const condemned: Readonly<Pod>[] = [];
  for (const pod of pods) {
    const ordinal = ordinalOf(set, pod);
    if (ordinal === undefined) continue;
    if (wanted.has(ordinal)) wanted.set(ordinal, pod);
    else condemned.push(pod);
  }
  if (!planWanted(input, wanted, monotonic, steps)) return steps;
  if (!planCondemned(input, condemned, wanted, monotonic, steps)) return steps;
  if (set.spec?.updateStrategy?.type !== 'OnDelete') planUpdate(input, wanted, steps);
  return steps;
}

/**
 * Creates missing pods, deletes ended ones to create them again, and puts the identity of the others right. True when scaling
 * down and updating may go on: with OrderedReady when every wanted pod is available, with Parallel when none had to be created
 * or deleted.
 */
function planWanted(
  input: PlanInput,
  wanted: ReadonlyMap<number, Readonly<Pod> | undefined>,
  monotonic: boolean,
  steps: Step[],
): boolean {
  let whole = true;
  for (const [ordinal, pod] of wanted) {
    if (!pod || isPodTerminal(pod)) {
      addAll(steps, renewal(input, ordinal, pod));
      if (monotonic) return false;
      whole = false;
      continue;
    }
    if (pod.status?.phase === 'Pending') steps.push({ do: 'claims', pod, create: true });
    const well = !isBeingDeleted(pod) && isWell(input, pod);
    if (monotonic && !well) return false;
    if (!isLabelled(pod)) steps.push({ do: 'label', pod, ordinal });
    if (pod.status?.phase !== 'Pending') steps.push({ do: 'claims', pod, create: false });
  }
  return whole;
}

/** A pod that has ended is created again only once it is gone: its successor has the same name. */
function renewal(input: PlanInput, ordinal: number, pod: Readonly<Pod> | undefined): Step[] {
  if (pod) return isBeingDeleted(pod) ? [] : [{ do: 'delete', pod }];
  if (input.mustWait(ordinal)) return [];
  return [{ do: 'create', ordinal, revision: revisionFor(input, ordinal) }];
}

/**
 * The template of a missing pod: the current one below the partition, and for ordinals that the update has not reached (pods
 * are updated from the highest ordinal down, so the lowest `currentReplicas` still have the current revision).
 */
function revisionFor({ set }: PlanInput, ordinal: number): 'current' | 'update' {
  const { type, rollingUpdate } = set.spec?.updateStrategy ?? {};
  if (type === 'OnDelete') return 'update';
  const partition = rollingUpdate?.partition ?? 0;
  if (partition > 0) return ordinal < startOf(set) + partition ? 'current' : 'update';
  return ordinal < startOf(set) + (set.status?.currentReplicas ?? 0) ? 'current' : 'update';
}

/**
 * Deletes pods beyond the wanted ordinals; true when the update may go on. With OrderedReady one pod at a time, and only the
 * first unavailable pod may go while it is unavailable: all pods below it are well then.
 */
function planCondemned(
  input: PlanInput,
  condemned: readonly Readonly<Pod>[],
  wanted: ReadonlyMap<number, Readonly<Pod> | undefined>,
  monotonic: boolean,
  steps: Step[],
): boolean {
  const ordinal = (pod: Readonly<Pod>) => ordinalOf(input.set, pod) ?? 0;
  const down = [...condemned].sort((a, b) => ordinal(b) - ordinal(a));
  // The wanted ones come first, then the condemned ones upwards: the lowest ordinal that is not available.
  const firstUnwell = [...wanted.values(), ...[...down].reverse()].find(
    (pod) => pod && !isBeingDeleted(pod) && !isWell(input, pod),
  );
  for (const pod of down) steps.push({ do: 'claims', pod, create: false });
  for (const pod of down) {
    if (isBeingDeleted(pod)) {
      if (monotonic) return false;
      continue;
    }
    if (monotonic && !isWell(input, pod) && pod !== firstUnwell) return false;
    steps.push({ do: 'delete', pod });
    if (monotonic) return false;
  }
  return true;
}

/**
 * Deletes outdated pods from the highest ordinal down to the partition, one at a time: the next only when every updated pod
 * is available. Pods with lower ordinals do not count: with Parallel an update can mend one that never becomes ready.
 */
function planUpdate(
  input: PlanInput,
  wanted: ReadonlyMap<number, Readonly<Pod> | undefined>,
  steps: Step[],
): void {
  const { set, updateRevision } = input;
  const partition = startOf(set) + (set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0);
  const updating = [...wanted].filter(([ordinal]) => ordinal >= partition).reverse();
  if (input.limitsUnavailable) return planSeveral(input, updating, steps);
  for (const [, pod] of updating) {
    if (!pod || isBeingDeleted(pod)) return;
    if (revisionOf(pod) !== updateRevision) {
      steps.push({ do: 'delete', pod });
      return;
    }
    if (!isWell(input, pod)) return;
  }
}

/** Deletes as many outdated pods at once as may be unavailable, less those that are so already, whichever they are. */
function planSeveral(
  input: PlanInput,
  updating: readonly (readonly [number, Readonly<Pod> | undefined])[],
  steps: Step[],
): void {
  const { set, updateRevision } = input;
  const outdated = updating.flatMap(([, pod]) =>
    pod && !isBeingDeleted(pod) && revisionOf(pod) !== updateRevision ? [pod] : [],
  );
  const count = Math.max(0, maxUnavailableOf(set) - unavailableIn(input));
  for (const pod of outdated.slice(0, count)) steps.push({ do: 'delete', pod });
}

/** How many of the wanted pods are missing or not available. */
export function unavailableIn(input: Pick<PlanInput, 'set' | 'pods' | 'now'>): number {
  const { set, pods } = input;
  const replicas = set.spec?.replicas ?? 1;
  const available = pods.filter((pod) => {
    const ordinal = ordinalOf(set, pod);
    const isWanted = ordinal !== undefined && ordinal < startOf(set) + replicas && ordinal >= startOf(set);
    return isWanted && !isBeingDeleted(pod) && isWell(input, pod);
  });
  return replicas - available.length;
}

/** One at least: a small percentage of few pods would be none. */
export function maxUnavailableOf({ spec }: Readonly<StatefulSet>): number {
  const { maxUnavailable = 1 } = spec?.updateStrategy?.rollingUpdate ?? {};
  return Math.max(1, scaled(maxUnavailable, spec?.replicas ?? 1, 'down'));
}

/** Running, Ready, and Ready for minReadySeconds: what upstream calls running and available. */
const isWell = ({ set, now }: Pick<PlanInput, 'set' | 'now'>, pod: Readonly<Pod>): boolean =>
  pod.status?.phase === 'Running' &&
  isPodReady(pod) &&
  isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
