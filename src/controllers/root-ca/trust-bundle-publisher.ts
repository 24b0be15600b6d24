// Promise: the API server's certificate authority is in the one ClusterTrustBundle of the signer kube-apiserver-serving, whose name
// has a hash of its content. Upstream: pkg/controller/certificates/clustertrustbundlepublisher.
import { createHash } from 'node:crypto';
import { ClusterTrustBundle } from '../../api/kinds/certificates/v1beta1/cluster-trust-bundle.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const SIGNER = 'kubernetes.io/kube-apiserver-serving';

export function createTrustBundlePublisher(context: ControllerContext, rootCa: string): Controller {
  const { client, informers } = context;
  const bundles = informers.informer(ClusterTrustBundle, { fieldSelector: `spec.signerName=${SIGNER}` });
  const hash = createHash('sha256').update(rootCa).digest('hex').slice(0, 24);
  const name = `${SIGNER.replace('/', ':')}:${hash}`;
  const spec = { signerName: SIGNER, trustBundle: rootCa };
  return {
    name: 'kube-apiserver-serving-clustertrustbundle-publisher-controller',
    workers: 1,
    watches: [watch(bundles, () => [name])],
    start: (enqueue) => enqueue(name),
    reconcile: async () => {
      const found = bundles.lister.get(name);
      if (!found) await create(context, { metadata: { name }, spec });
      else if (found.spec.trustBundle !== rootCa)
        await client.update(ClusterTrustBundle, { ...found, spec: { ...found.spec, ...spec } });
      for (const other of bundles.lister.list())
        if (nameOf(other) !== name)
          await client.delete(ClusterTrustBundle, nameOf(other)).catch((error: unknown) => {
            if (!isNotFound(error)) throw error;
          });
      return undefined;
    },
  };
}

async function create(
  { client }: ControllerContext,
  bundle: Pick<ClusterTrustBundle, 'metadata' | 'spec'>,
): Promise<void> {
  const { group, version, kind } = ClusterTrustBundle.resource;
  await client
    .create(ClusterTrustBundle, { apiVersion: `${group}/${version}`, kind, ...bundle })
    .catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
}
