// Promise: the slices of every service with a selector list exactly the pods it selects, each with whether it is ready,
// serving and terminating. Service proxies and DNS follow the slices, so every change is handled at once, but for services
// with hundreds of endpoints, whose changes are gathered for a moment.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { keyOf, labelsOf } from '../../api/meta/v1/object.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { type Controller, type ControllerContext, type KeysOf, watch } from '../framework/controller.ts';
import { restAfter } from '../framework/rest.ts';
import { ServicePods } from '../services/service-pods.ts';
import { ALL_NODES, BY_SERVICE, SliceReconciler, serviceKeyOf } from './reconciler.ts';
import { ZONE } from './topology/shares.ts';

export function createEndpointSliceController(context: ControllerContext): Controller {
  const servicePods = new ServicePods(context);
  const slices = context.informers.informer(EndpointSlice);
  const nodes = context.informers.informer(Node);
  slices.addIndex(BY_SERVICE, serviceKeyOf);
  const reconciler = new SliceReconciler(context, servicePods, slices, nodes.lister);
  return {
    name: 'endpointslice-controller',
    watches: [
      watch(servicePods.services, (service) => [keyOf(service)]),
      watch(servicePods.pods, servicePods.keysOfPod()),
      watch(slices, {
        onAdd: serviceKeyOf,
        onUpdate: (slice, old) => new Set([...serviceKeyOf(slice), ...serviceKeyOf(old)]),
        onDelete: (slice) => reconciler.gone(slice),
      }),
      watch(nodes, topologyKeys),
    ],
    start: (enqueue) => reconciler.begin(enqueue),
    reconcile: (key) => (key === ALL_NODES ? reconciler.reconcileNodes() : reconciler.reconcile(key)),
    restMs: (key) => restAfter(key === ALL_NODES ? nodes.lister.size : reconciler.endpointsOf(key)),
  };
}

/** Changes after which zones may have other shares. */
const topologyKeys: KeysOf<Node> = {
  onAdd: () => [ALL_NODES],
  onUpdate: (node, old) => {
    const alike = isNodeReady(node) === isNodeReady(old) && labelsOf(node)[ZONE] === labelsOf(old)[ZONE];
    return alike ? [] : [ALL_NODES];
  },
  onDelete: () => [ALL_NODES],
};
