// Promise: PodCertificateRequests are deleted 15 minutes after their creation: whatever they are for has ended by then.
// Upstream: pkg/controller/certificates/cleaner/pcrcleaner.go, which looks every five minutes.
import { PodCertificateRequest } from '../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { keyOf, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const LIFETIME_MS = 15 * 60_000;

export function createPodCertificateCleaner({ client, informers, clock }: ControllerContext): Controller {
  const requests = informers.informer(PodCertificateRequest);
  return {
    name: 'podcertificaterequest-cleaner-controller',
    workers: 1,
    watches: [
      watch(requests, { onAdd: (request) => [keyOf(request)], onUpdate: () => [], onDelete: () => [] }),
    ],
    reconcile: async (key) => {
      const request = requests.lister.byKey(key);
      if (!request) return undefined;
      const left = Date.parse(request.metadata.creationTimestamp!) + LIFETIME_MS - clock.now();
      if (left > 0) return { requeueAfter: left };
      const preconditions = { uid: uidOf(request) };
      await client
        .delete(PodCertificateRequest, nameOf(request), namespaceOf(request), { preconditions })
        .catch((error: unknown) => {
          if (!isNotFound(error) && !isConflict(error)) throw error;
        });
      return undefined;
    },
  };
}
