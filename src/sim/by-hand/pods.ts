// What scheduler and kubelet do for pods, done by the test: it says when a pod is bound, is ready, or is gone.
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodCondition } from '../../api/kinds/core/v1/pod-status.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { SimCluster } from '../cluster.ts';
import { podsOf } from '../observe.ts';

/** To the node that its affinity names, as a DaemonSet's pods have it, else to n1. */
async function bind(cluster: SimCluster, pod: Pod): Promise<void> {
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  const name = required?.nodeSelectorTerms[0]?.matchFields?.[0]?.values?.[0] ?? 'n1';
  const target = { apiVersion: 'v1', kind: 'Node', name };
  const binding = { apiVersion: 'v1', kind: 'Binding', metadata: { name: pod.metadata.name }, target };
  await cluster.client.post(Pod, pod.metadata.name!, pod.metadata.namespace, 'binding', binding);
}

export async function setReady(cluster: SimCluster, pod: Pod, ready = true): Promise<void> {
  if (!pod.spec?.nodeName) await bind(cluster, pod);
  const time = rfc3339(cluster.clock.now());
  const condition = (type: string): PodCondition => ({
    type,
    status: ready ? 'True' : 'False',
    lastTransitionTime: time,
  });
  const status = {
    phase: 'Running',
    podIP: pod.status?.podIP ?? nextAddress(pod),
    conditions: [condition('Ready'), condition('ContainersReady')],
  };
  await cluster.client.patch(
    Pod,
    pod.metadata.name!,
    pod.metadata.namespace,
    'merge',
    { status },
    { subresource: 'status' },
  );
}

/** Makes every pod ready, and removes those that are being deleted, until nothing changes. */
export async function runKubelets(cluster: SimCluster): Promise<void> {
  for (let changed = true; changed; ) {
    changed = false;
    for (const pod of await podsOf(cluster)) {
      const ready = isPodReady(pod);
      if (pod.metadata.deletionTimestamp) await finishPod(cluster, pod);
      else if (!ready) await setReady(cluster, pod);
      else continue;
      changed = true;
    }
    await cluster.settle();
  }
}

/** Deletes for good, as the kubelet does once the containers of a deleted pod have ended. */
export async function finishPod(cluster: SimCluster, pod: Pod): Promise<void> {
  await cluster.client
    .delete(Pod, pod.metadata.name!, pod.metadata.namespace, { gracePeriodSeconds: 0 })
    .catch(() => {});
}

function nextAddress(pod: Pod): string {
  let hash = 0;
  for (const char of pod.metadata.uid ?? '') hash = (hash * 31 + char.charCodeAt(0)) % 65000;
  return `10.128.${hash >> 8}.${hash & 255 || 1}`;
}
