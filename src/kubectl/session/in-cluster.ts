// The configuration that a pod is given, for a kubectl that runs in a container of the cluster without a kubeconfig.
import { existsSync, readFileSync } from 'node:fs';
import { emptyKubeconfig, type Kubeconfig } from '../../client/kubeconfig/kubeconfig.ts';
import { hostPort } from '../../kit/net/host-port.ts';
import type { Io } from '../io/io.ts';

const FOLDER = '/var/run/secrets/kubernetes.io/serviceaccount';

/** Undefined outside a pod. */
export function inClusterConfig({ env }: Pick<Io, 'env'>): Kubeconfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = env;
  if (!host || !port || !existsSync(`${FOLDER}/token`)) return undefined;
  const namespace = env.POD_NAMESPACE || readFileSync(`${FOLDER}/namespace`, 'utf8').trim();
  const name = 'in-cluster';
  return {
    ...emptyKubeconfig(),
    clusters: [
      {
        name,
        cluster: { server: `https://${hostPort(host, port)}`, 'certificate-authority': `${FOLDER}/ca.crt` },
      },
    ],
    users: [{ name, user: { tokenFile: `${FOLDER}/token` } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  };
}
