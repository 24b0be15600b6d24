// Promise: a PodGroup that is deleted loses its finalizer when no pod that has not ended is in it.
// Upstream: pkg/controller/scheduling/podgroupprotection.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodGroup } from '../../api/kinds/scheduling/v1alpha2/pod-group.ts';
import { isBeingDeleted, keyOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

/** Of pods that have not ended. */
const BY_GROUP = 'podGroup';
const FINALIZER = 'scheduling.k8s.io/podgroup-protection';

export function createPodGroupProtectionController({ client, informers }: ControllerContext): Controller {
  const groups = informers.informer(PodGroup);
  const pods = informers.informer(Pod);
  pods.addIndex(BY_GROUP, (pod) => (hasEnded(pod) ? [] : groupKeys(pod)));
  return {
    name: 'podgroup-protection-controller',
    watches: [
      watch(groups, (group) => (isBeingDeleted(group) ? [keyOf(group)] : [])),
      watch(pods, {
        onAdd: (pod) => (hasEnded(pod) ? groupKeys(pod) : []),
        onUpdate: (pod, old) => [
          ...(hasEnded(pod) ? groupKeys(pod) : []),
          ...(pod.metadata.uid === old.metadata.uid ? [] : groupKeys(old)),
        ],
        onDelete: groupKeys,
      }),
    ],
    reconcile: async (key) => {
      const group = groups.lister.byKey(key);
      const finalizers = group?.metadata.finalizers ?? [];
      if (!group || !isBeingDeleted(group) || !finalizers.includes(FINALIZER)) return undefined;
      if (pods.lister.byIndex(BY_GROUP, key).length > 0) return undefined;
      const metadata = { ...group.metadata, finalizers: finalizers.filter((one) => one !== FINALIZER) };
      await client.update(PodGroup, { ...group, metadata }).catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
      return undefined;
    },
  };
}

const hasEnded = ({ status }: Readonly<Pod>): boolean =>
  status?.phase === 'Succeeded' || status?.phase === 'Failed';

function groupKeys(pod: Readonly<Pod>): string[] {
  const name = pod.spec?.schedulingGroup?.podGroupName;
  return name ? [`${namespaceOf(pod)}/${name}`] : [];
}
