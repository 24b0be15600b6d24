// Promise: where nobody has load balancers, no Service, and no namespace with one in it, waits for one to be removed, and none shows
// the address of one that is gone. For a cluster that had nodes and is started without them.
import { Service } from '../../../api/kinds/core/v1/service.ts';
import { keyOf, nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { isNotFound } from '../../../api/status/status-error.ts';
import { type Controller, watch } from '../../framework/controller.ts';
import type { CloudContext } from '../context.ts';
import { CLEANUP_FINALIZER, hasFinalizer } from './wants.ts';

const PATCH = {
  metadata: { '$deleteFromPrimitiveList/finalizers': [CLEANUP_FINALIZER] },
  status: { loadBalancer: { ingress: null } },
};

export function createBalancerCleanup({ client, informers }: CloudContext): Controller {
  const services = informers.informer(Service);
  const left = (service: Readonly<Service>) => (hasFinalizer(service) ? [keyOf(service)] : []);
  return {
    name: 'service-lb-cleanup-controller',
    workers: 1,
    watches: [watch(services, { onAdd: left, onUpdate: left, onDelete: () => [] })],
    reconcile: async (key) => {
      const service = services.lister.byKey(key);
      if (!service || !hasFinalizer(service)) return undefined;
      const where = [nameOf(service), namespaceOf(service)] as const;
      await client
        .patch(Service, ...where, 'strategic', PATCH, { subresource: 'status' })
        .catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      return undefined;
    },
  };
}
