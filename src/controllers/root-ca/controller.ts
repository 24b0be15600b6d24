// Promise: every namespace has the API server's certificate authority in the ConfigMap kube-root-ca.crt, which is mounted
// into pods beside their token.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { sameMeaning } from '../framework/same-meaning.ts';

const NAME = 'kube-root-ca.crt';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export function createRootCaPublisher(context: ControllerContext, rootCa: string): Controller {
  const namespaces = context.informers.informer(Namespace);
  const maps = context.informers.informer(ConfigMap, { fieldSelector: `metadata.name=${NAME}` });
  const data = { 'ca.crt': rootCa };
  const annotations = { 'kubernetes.io/description': DESCRIPTION };
  return {
    name: 'root-ca-cert-publisher',
    watches: [
      watch(namespaces, (namespace) => [nameOf(namespace)]),
      watch(maps, (map) => [namespaceOf(map)]),
    ],
    reconcile: async (namespace) => {
      const found = namespaces.lister.get(namespace);
      if (!found || isBeingDeleted(found)) return undefined;
      const map = maps.lister.get(NAME, namespace);
      if (!map) await create(context, { metadata: { name: NAME, namespace, annotations }, data });
      else if (!sameMeaning(map.data, data)) {
        const metadata = { ...map.metadata, annotations: { ...map.metadata.annotations, ...annotations } };
        await context.client.update(ConfigMap, { ...map, metadata, data }).catch((error: unknown) => {
          if (!isNotFound(error)) throw error;
        });
      }
      return undefined;
    },
  };
}

async function create(context: ControllerContext, map: Pick<ConfigMap, 'metadata' | 'data'>): Promise<void> {
  try {
    await context.client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', ...map });
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}
