// The next steps of a stateful set. With OrderedReady one pod at a time, up from the lowest ordinal and down from the
// highest, each only when its predecessors are running and available; with Parallel all at once. Pure.

import type { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { isPodAvailable, isPodReady } from '../../api/pods/readiness.ts';
import { ordinalOf, revisionOf, startOf } from './identity.ts';

export type Step =
  | { readonly do: 'create'; readonly ordinal: number; readonly revision: 'current' | 'update' }
  | { readonly do: 'delete'; readonly pod: Readonly<Pod>; readonly why?: 'failed' | 'succeeded' }
  /** Its claims may be missing. */
  | { readonly do: 'claims'; readonly pod: Readonly<Pod> };

export interface PlanInput {
  readonly set: Readonly<StatefulSet>;
  readonly pods: readonly Readonly<Pod>[];
  readonly currentRevision: string;
  readonly updateRevision: string;
  readonly now: number;
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
 * Creates missing pods, and deletes ended ones to create them again. True when scaling down and updating may go on: with
 * OrderedReady when every wanted pod is available, with Parallel when none had to be created or deleted.
 */
function planWanted(
  input: PlanInput,
  wanted: ReadonlyMap<number, Readonly<Pod> | undefined>,
  monotonic: boolean,
  steps: Step[],
): boolean {
  let whole = true;
  for (const [ordinal, pod] of wanted) {
    const step = stepFor(input, ordinal, pod);
    if (step) steps.push(step);
    if (step && step.do !== 'claims') whole = false;
    const well = pod !== undefined && !isBeingDeleted(pod) && isWell(input, pod);
    if (monotonic && (!well || (step && step.do !== 'claims'))) return false;
  }
  return whole || monotonic;
}

/** A pod that has ended is created again only once it is gone: its successor has the same name. */
function stepFor(input: PlanInput, ordinal: number, pod: Readonly<Pod> | undefined): Step | undefined {
  if (!pod) return { do: 'create', ordinal, revision: revisionFor(input, ordinal) };
  const phase = pod.status?.phase;
  if (isPodTerminal(pod))
    return isBeingDeleted(pod)
      ? undefined
      : { do: 'delete', pod, why: phase === 'Failed' ? 'failed' : 'succeeded' };
  return phase === 'Pending' ? { do: 'claims', pod } : undefined;
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
 * rollingUpdate.maxUnavailable is ignored, as upstream does unless the feature MaxUnavailableStatefulSet is switched on.
 */
function planUpdate(
  input: PlanInput,
  wanted: ReadonlyMap<number, Readonly<Pod> | undefined>,
  steps: Step[],
): void {
  const { set, updateRevision } = input;
  const partition = startOf(set) + (set.spec?.updateStrategy?.rollingUpdate?.partition ?? 0);
  const updating = [...wanted].filter(([ordinal]) => ordinal >= partition).reverse();
  for (const [, pod] of updating) {
    if (!pod || isBeingDeleted(pod)) return;
    if (revisionOf(pod) !== updateRevision) {
      steps.push({ do: 'delete', pod });
      return;
    }
    if (!isWell(input, pod)) return;
  }
}

/** Running, Ready, and Ready for minReadySeconds: what upstream calls running and available. */
const isWell = ({ set, now }: PlanInput, pod: Readonly<Pod>): boolean =>
  pod.status?.phase === 'Running' &&
  isPodReady(pod) &&
  isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now);
