// Promise: every namespace has the API server's certificate authority in the ConfigMap kube-root-ca.crt, which is mounted
// into pods beside their token. Upstream: pkg/controller/certificates/rootcacertpublisher.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { isBeingDeleted, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound, StatusError } from '../../api/status/status-error.ts';
import { MetricsRegistry } from '../../kit/metrics.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { sameMeaning } from '../framework/same-meaning.ts';

const NAME = 'kube-root-ca.crt';
const ANNOTATION = 'kubernetes.io/description';
const DESCRIPTION =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

export function createRootCaPublisher(context: ControllerContext, rootCa: string): Controller {
  const namespaces = context.informers.informer(Namespace);
  const maps = context.informers.informer(ConfigMap, { fieldSelector: `metadata.name=${NAME}` });
  const data = { 'ca.crt': rootCa };
  const annotations = { [ANNOTATION]: DESCRIPTION };
  const observe = instruments(context);
  return {
    name: 'root-ca-cert-publisher',
    watches: [
      watch(namespaces, (namespace) => [nameOf(namespace)]),
      watch(maps, (map) => [namespaceOf(map)]),
    ],
    reconcile: async (namespace) => {
      const found = namespaces.lister.get(namespace);
      if (!found || isBeingDeleted(found)) return undefined;
      await observe(() => publish(namespace));
      return undefined;
    },
  };

  async function publish(namespace: string): Promise<void> {
    const map = maps.lister.get(NAME, namespace);
    if (!map) return create(context, { metadata: { name: NAME, namespace, annotations }, data });
    if (sameMeaning(map.data, data) && map.metadata.annotations?.[ANNOTATION]) return;
    const metadata = { ...map.metadata, annotations: { ...map.metadata.annotations, ...annotations } };
    await context.client.update(ConfigMap, { ...map, metadata, data }).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }
}

/** From 1 ms, each twice the one before. */
const SECONDS = Array.from({ length: 15 }, (_, i) => 0.001 * 2 ** i);

/** Counts rounds, by the status code with which they ended. */
function instruments({ clock, metrics = new MetricsRegistry() }: ControllerContext) {
  const total = metrics.counter(
    'root_ca_cert_publisher_sync_total',
    'Rounds for namespaces, by status code.',
  );
  const duration = metrics.histogram(
    'root_ca_cert_publisher_sync_duration_seconds',
    'How long a round for a namespace takes, by status code.',
    SECONDS,
  );
  return async (round: () => Promise<void>): Promise<void> => {
    const from = clock.monotonic();
    let code = '500';
    try {
      await round();
      code = '200';
    } catch (error) {
      if (error instanceof StatusError && error.code) code = String(error.code);
      throw error;
    } finally {
      total.add({ code });
      duration.observe({ code }, (clock.monotonic() - from) / 1000);
    }
  };
}

async function create(context: ControllerContext, map: Pick<ConfigMap, 'metadata' | 'data'>): Promise<void> {
  try {
    await context.client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', ...map });
  } catch (error) {
    if (!isAlreadyExists(error) && !isNamespaceTerminating(error)) throw error;
  }
}
