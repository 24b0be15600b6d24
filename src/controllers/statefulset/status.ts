// The status of a stateful set: counts of its pods, and its revisions. Follows updateStatus and completeRollingUpdate
// (pkg/controller/statefulset). Pure.
import type { StatefulSet, StatefulSetStatus } from '../../api/kinds/apps/v1/stateful-set.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { isPodAvailable, isPodReady } from '../../api/pods/readiness.ts';
import { nonzero } from '../framework/nonzero.ts';
import { revisionOf } from './identity.ts';

export interface RevisionNames {
  readonly current: string;
  readonly update: string;
  readonly collisionCount: number;
}

export function statusOf(
  set: Readonly<StatefulSet>,
  pods: readonly Readonly<Pod>[],
  names: RevisionNames,
  now: number,
): StatefulSetStatus {
  const ready = pods.filter((pod) => pod.status?.phase === 'Running' && isPodReady(pod));
  const available = ready.filter((pod) => isPodAvailable(pod, set.spec?.minReadySeconds ?? 0, now));
  const staying = pods.filter((pod) => !isBeingDeleted(pod));
  const updated = staying.filter((pod) => revisionOf(pod) === names.update).length;
  const current = staying.filter((pod) => revisionOf(pod) === names.current).length;
  const wanted = set.spec?.replicas ?? 1;
  // The rollout is over when every pod has the new revision and is ready; only then does the current revision change, so
  // that until then pods below the partition, and pods made again, get the old template.
  const done =
    set.spec?.updateStrategy?.type !== 'OnDelete' &&
    updated === pods.length &&
    ready.length === pods.length &&
    pods.length === wanted;
  const { conditions } = set.status ?? {};
  return {
    replicas: pods.length,
    ...nonzero('readyReplicas', ready.length),
    availableReplicas: available.length,
    ...nonzero('currentReplicas', done ? updated : current),
    ...nonzero('updatedReplicas', updated),
    currentRevision: done ? names.update : names.current,
    updateRevision: names.update,
    collisionCount: names.collisionCount,
    observedGeneration: set.metadata.generation ?? 0,
    ...(conditions && { conditions }),
  };
}
