// Promise: a pod that does not tolerate a NoExecute taint of its node, or whose toleration time has passed, is deleted, so
// that its owner replaces it elsewhere.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import { BY_NODE, indexByNode } from '../../client/informer/indices.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { type Controller, type ControllerContext, type Result, watch } from '../framework/controller.ts';
import { markDisrupted } from '../framework/pods/disruption.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { stayOf } from './plan.ts';
import { TaintTimes } from './taint-times.ts';

/** Upstream: pkg/controller/tainteviction/metrics. */
const SECONDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 30, 60, 120, 180, 240];

export function createTaintEvictionController(context: ControllerContext): Controller {
  const nodes = context.informers.informer(Node);
  const pods = context.informers.informer(Pod);
  indexByNode(pods);
  const podsOn = (node: Readonly<Node>) => pods.lister.byIndex(BY_NODE, nameOf(node)).map(keyOf);
  const { metrics = new MetricsRegistry() } = context;
  const deletions = metrics.counter(
    'taint_eviction_controller_pod_deletions_total',
    'Pods that were deleted because of a taint of their node.',
  );
  const delays = metrics.histogram(
    'taint_eviction_controller_pod_deletion_duration_seconds',
    'How long after its time was over a pod was deleted.',
    SECONDS,
  );
  const times = new TaintTimes(() => context.clock.now());
  /** Pods marked for deletion, whose eviction can still be cancelled. */
  const planned = new Set<string>();
  return {
    name: 'taint-eviction-controller',
    watches: [
      watch(nodes, {
        onAdd: (node) => {
          times.observe(node);
          return (node.spec?.taints ?? []).length > 0 ? podsOn(node) : [];
        },
        onUpdate: (node, old) => {
          if (sameMeaning(node.spec?.taints, old.spec?.taints)) return [];
          times.observe(node);
          return podsOn(node);
        },
        onDelete: (node) => {
          times.forget(node);
          return [];
        },
      }),
      watch(pods, {
        onAdd: (pod) => [keyOf(pod)],
        // Tolerations may be added, and tolerationSeconds changed, while the pod runs.
        onUpdate: (pod, old) => (staysAlike(pod, old) ? [] : [keyOf(pod)]),
        onDelete: (pod) => [keyOf(pod)],
      }),
    ],
    reconcile: async (key): Promise<Result | undefined> => {
      const pod = pods.lister.byKey(key);
      const node = pod?.spec?.nodeName ? nodes.lister.get(pod.spec.nodeName) : undefined;
      if (!pod || !node || isBeingDeleted(pod)) {
        planned.delete(key);
        return undefined;
      }
      const since = Date.parse(pod.status?.startTime ?? pod.metadata.creationTimestamp ?? '') || 0;
      const { tolerations = [] } = pod.spec ?? {};
      const stay = stayOf(tolerations, node.spec?.taints ?? [], since, (taint) => times.addedAt(node, taint));
      if (stay.stay === 'always') {
        if (planned.delete(key)) callOff(context, pod);
        return undefined;
      }
      const wait = stay.at - context.clock.now();
      planned.add(key);
      if (wait > 0) return { requeueAfter: wait };
      await evict(context, pod);
      deletions.add();
      // At once is not since a time.
      delays.observe({}, stay.at > 0 ? (context.clock.now() - stay.at) / 1000 : 0);
      return undefined;
    },
  };
}

const staysAlike = (pod: Readonly<Pod>, old: Readonly<Pod>): boolean =>
  pod.spec?.nodeName === old.spec?.nodeName && sameMeaning(pod.spec?.tolerations, old.spec?.tolerations);

function callOff(context: ControllerContext, pod: Readonly<Pod>): void {
  const message = `Cancelling deletion of Pod ${keyOf(pod)}`;
  context.events.record(referenceTo(Pod, pod), 'Normal', 'TaintManagerEviction', message);
}

async function evict(context: ControllerContext, pod: Readonly<Pod>): Promise<void> {
  const message = `Marking for deletion Pod ${keyOf(pod)}`;
  context.events.record(referenceTo(Pod, pod), 'Normal', 'TaintManagerEviction', message);
  try {
    await markDisrupted(context, pod, {
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
    });
    await context.client.delete(Pod, nameOf(pod), namespaceOf(pod));
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
