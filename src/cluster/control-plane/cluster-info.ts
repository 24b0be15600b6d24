// The ConfigMap cluster-info in kube-public, as kubeadm publishes it: where the cluster is, and its authority. Whoever has a bootstrap
// token finds there a signature by it (controllers/bootstrap-tokens). Nothing in it is secret: everybody may read it.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Endpoints } from '../../api/kinds/core/v1/endpoints.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import type { AnyResource, ObjectOf } from '../../api/meta/v1/resource.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';

const NAMESPACE = 'kube-public';
const NAME = 'cluster-info';
const ROLE = 'kubeadm:bootstrap-signer-clusterinfo';
const RBAC = 'rbac.authorization.k8s.io';

/**
 * `client` has the rights of an administrator; `ca` is PEM. `keeps`: whether what another server has published stays.
 */
export async function publishClusterInfo(
  client: Client,
  server: string,
  ca: string,
  keeps: (server: string) => Promise<boolean> = async () => false,
): Promise<void> {
  const kubeconfig = kubeconfigOf(server, ca);
  const metadata = { name: NAME, namespace: NAMESPACE };
  const found = await client.get(ConfigMap, NAME, NAMESPACE).catch(missing);
  const other = found?.data?.kubeconfig && /"?server"?: "?(https:[^"\s]+)/.exec(found.data.kubeconfig)?.[1];
  if (other && found.data!.kubeconfig === kubeconfigOf(other, ca) && (await keeps(other))) return;
  if (!found)
    await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { kubeconfig } });
  else if (found.data?.kubeconfig !== kubeconfig)
    await client.update(ConfigMap, { ...found, data: { ...found.data, kubeconfig } });
  if (found) return;
  const role = { name: ROLE, namespace: NAMESPACE };
  await ensure(client, Role, {
    apiVersion: `${RBAC}/v1`,
    kind: 'Role',
    metadata: role,
    rules: [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [NAME], verbs: ['get'] }],
  });
  await ensure(client, RoleBinding, {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: role,
    roleRef: { apiGroup: RBAC, kind: 'Role', name: ROLE },
    subjects: [{ apiGroup: RBAC, kind: 'User', name: 'system:anonymous' }],
  });
}

/** Whether a server of this cluster has the address in this URL, now or until a moment ago. */
export async function isServer(client: Client, url: string): Promise<boolean> {
  const found = await client.get(Endpoints, 'kubernetes', 'default').catch(missing);
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '');
  return (found?.subsets ?? []).some(({ addresses = [] }) => addresses.some(({ ip }) => ip === host));
}

async function ensure<K extends AnyResource>(client: Client, kind: K, object: ObjectOf<K>): Promise<void> {
  await client.create(kind, object).catch((error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
  });
}

function missing(error: unknown): undefined {
  if (!isNotFound(error)) throw error;
}

/** JSON is YAML, too. */
const kubeconfigOf = (server: string, ca: string): string =>
  `${JSON.stringify(
    {
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [
        { name: '', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
      ],
      contexts: [],
      users: [],
    },
    null,
    2,
  )}\n`;
