// The ConfigMap cluster-info in kube-public, as kubeadm publishes it: where the cluster is, and its authority. Whoever has a bootstrap
// token finds there a signature by it (controllers/bootstrap-tokens). Nothing in it is secret: everybody may read it.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Role } from '../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../api/kinds/rbac/v1/role-binding.ts';
import type { AnyResource, ObjectOf } from '../../api/meta/v1/resource.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import type { Client } from '../../client/client.ts';

const NAMESPACE = 'kube-public';
const NAME = 'cluster-info';
const ROLE = 'kubeadm:bootstrap-signer-clusterinfo';
const RBAC = 'rbac.authorization.k8s.io';

/** `client` has the rights of an administrator; `ca` is PEM. */
export async function publishClusterInfo(client: Client, server: string, ca: string): Promise<void> {
  const kubeconfig = kubeconfigOf(server, ca);
  const metadata = { name: NAME, namespace: NAMESPACE };
  const found = await client.get(ConfigMap, NAME, NAMESPACE).catch(missing);
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
