// Promise: when a node's heartbeats stop, its conditions become Unknown, taints keep new pods away and evict old ones after
// their toleration time, and its pods are marked not ready. When heartbeats resume the taints are removed. The taints that
// evict are added at a limited rate (zones.ts).
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { indexByNode } from '../../client/informer/indices.ts';
import { type Controller, type ControllerContext, type KeysOf, watch } from '../framework/controller.ts';
import { restAfter } from '../framework/rest.ts';
import { Heartbeats } from './health.ts';
import { ALL_ZONES, NodeReconciler } from './reconciler.ts';
import { DEFAULTS, type LifecycleSettings } from './settings.ts';
import { readyStatus } from './taints.ts';
import { zoneOf } from './zones.ts';

const NODE_LEASES = 'kube-node-lease';

export function createNodeLifecycleController(
  context: ControllerContext,
  given: Partial<LifecycleSettings> = {},
): Controller {
  const nodes = context.informers.informer(Node);
  const pods = context.informers.informer(Pod);
  // Of all namespaces, as upstream: the process has that cache anyway, and a node's lease is written every ten seconds.
  const leases = context.informers.informer(Lease);
  indexByNode(pods);
  const heartbeats = new Heartbeats(context.clock);
  const caches = { nodes: nodes.lister, pods: pods.lister };
  const reconciler = new NodeReconciler(context, caches, heartbeats, { ...DEFAULTS, ...given });
  return {
    name: 'node-lifecycle-controller',
    watches: [
      watch(nodes, nodeKeys(heartbeats)),
      watch(leases, (lease) => {
        if (namespaceOf(lease) !== NODE_LEASES) return [];
        heartbeats.lease(lease);
        return readyStatus(nodes.lister.get(nameOf(lease)) ?? ({} as Node)) === 'Unknown'
          ? [nameOf(lease)]
          : [];
      }),
      watch(pods, {
        // A pod may be bound to a node that is silent, or a late status update may say that it is ready there.
        onAdd: (pod) => silentNodeOf(pod),
        onUpdate: (pod) => silentNodeOf(pod),
        onDelete: () => [],
      }),
    ],
    start: (enqueue) => reconciler.begin(enqueue),
    reconcile: (key) => (key === ALL_ZONES ? reconciler.reconcileZones() : reconciler.reconcile(key)),
    restMs: (key) => (key === ALL_ZONES ? restAfter(nodes.lister.size) : 0),
  };

  function silentNodeOf(pod: Readonly<Pod>): string[] {
    const name = pod.spec?.nodeName;
    if (!name || !isPodReady(pod)) return [];
    const node = nodes.lister.get(name);
    return node && readyStatus(node) === 'Unknown' ? [name] : [];
  }
}

/** A node that is added, removed, moved to another zone, or that changes whether it is ready, concerns all zones. */
function nodeKeys(heartbeats: Heartbeats): KeysOf<Node> {
  return {
    onAdd: (node) => {
      heartbeats.node(node);
      return [nameOf(node), ALL_ZONES];
    },
    onUpdate: (node, old) => {
      heartbeats.node(node);
      const alike = readyStatus(node) === readyStatus(old) && zoneOf(node) === zoneOf(old);
      return alike ? [nameOf(node)] : [nameOf(node), ALL_ZONES];
    },
    onDelete: (node) => [nameOf(node), ALL_ZONES],
  };
}
