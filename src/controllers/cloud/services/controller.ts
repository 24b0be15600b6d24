// Promise: a LoadBalancer Service has a load balancer of the provider, whose addresses its status shows, and does not go before it.
// Upstream: staging/src/k8s.io/cloud-provider/controllers/service.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { keyOf } from '../../../api/meta/v1/object.ts';
import { type Controller, watch } from '../../framework/controller.ts';
import type { CloudContext } from '../context.ts';
import type { LoadBalancers } from '../provider.ts';
import { concernsBalancers } from './nodes.ts';
import { BalancerReconciler } from './reconciler.ts';
import { needsCleanup, needsUpdate, wantsLoadBalancer } from './wants.ts';

/** The key of the nodes of all load balancers. No Service has such a key. */
const NODES = '/nodes';
const SECOND = 1000;

export function createServiceBalancerController(
  context: CloudContext,
  balancers: LoadBalancers,
  workers = 1,
): Controller {
  const { informers } = context;
  const { className } = balancers;
  const reconciler = new BalancerReconciler(context, balancers);
  return {
    name: 'service-lb-controller',
    workers,
    backoff: { base: 5 * SECOND, cap: 300 * SECOND },
    watches: [
      watch(informers.informer(Service), {
        onAdd: (service) =>
          wantsLoadBalancer(service, className) || needsCleanup(service) ? [keyOf(service)] : [],
        onUpdate: (service, old) =>
          needsUpdate(old, service, className) || needsCleanup(service) ? [keyOf(service)] : [],
        onDelete: (service) => (reconciler.knows(keyOf(service)) ? [keyOf(service)] : []),
      }),
      watch(informers.informer(Node), {
        onAdd: () => [NODES],
        onUpdate: (node, old) => (concernsBalancers(node, old) ? [NODES] : []),
        onDelete: () => [NODES],
      }),
    ],
    start: (enqueue) => reconciler.begin(enqueue),
    reconcile: async (key) => {
      if (key !== NODES) return reconciler.reconcile(key);
      await reconciler.reconcileNodes();
      return undefined;
    },
  };
}
