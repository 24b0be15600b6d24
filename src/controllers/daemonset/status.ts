// The status of a daemon set: on how many nodes it should run, runs, is ready, and runs although it should not. Counts nodes,
// not pods: of several pods on a node only the oldest counts. Follows updateDaemonSetStatus (pkg/controller/daemon). Pure.
import type { DaemonSet, DaemonSetStatus } from '../../api/kinds/apps/v1/daemon-set.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isPodAvailable, isPodReady } from '../../api/pods/readiness.ts';
import { hashLabel } from '../framework/history/revisions.ts';
import { fitOf } from './node-fit.ts';

export function statusOf(
  set: Readonly<DaemonSet>,
  nodes: readonly Readonly<Node>[],
  byNode: ReadonlyMap<string, readonly Readonly<Pod>[]>,
  hash: string,
  now: number,
): DaemonSetStatus {
  let [desired, current, misscheduled, ready, available, updated] = [0, 0, 0, 0, 0, 0];
  for (const node of nodes) {
    const [pod] = byNode.get(nameOf(node)) ?? [];
    if (!fitOf(set, node).run) {
      if (pod) misscheduled++;
      continue;
    }
    desired++;
    if (!pod) continue;
    current++;
    if (isPodReady(pod)) ready++;
    if (isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now)) available++;
    if (hashLabel(pod) === hash) updated++;
  }
  const unavailable = desired - available;
  const { collisionCount, conditions } = set.status ?? {};
  return {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    observedGeneration: set.metadata.generation ?? 0,
    ...(updated && { updatedNumberScheduled: updated }),
    ...(available && { numberAvailable: available }),
    ...(unavailable && { numberUnavailable: unavailable }),
    ...(collisionCount !== undefined && { collisionCount }),
    ...(conditions && { conditions }),
  };
}
