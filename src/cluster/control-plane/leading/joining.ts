// What a cluster must have so that machines can join it with a bootstrap token: the rights that kubeadm gives to tokens and nodes, the
// ConfigMaps in which a new node reads how the cluster is made, and the rights of our node agents. It is made when the first token
// appears: a cluster that nobody joins has none of it. Called by manager-work.ts.
// Upstream: cmd/kubeadm/app/phases/{bootstraptoken/node,kubelet,uploadconfig}.
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { Role } from '../../../api/kinds/rbac/v1/role.ts';
import { RoleBinding } from '../../../api/kinds/rbac/v1/role-binding.ts';
import { namespaceOf } from '../../../api/meta/v1/object.ts';
import type { AnyResource, ObjectOf } from '../../../api/meta/v1/resource.ts';
import { ANSWERS_NAMES } from '../../../api/nodes/dns.ts';
import { isAlreadyExists, isConflict, isNotFound } from '../../../api/status/status-error.ts';
import { BOOTSTRAP_TOKEN, TOKEN_NAMESPACE } from '../../../api/tokens/bootstrap-token.ts';
import type { Client } from '../../../client/client.ts';
import type { InformerFactory } from '../../../client/informer/factory.ts';
import { sameMeaning } from '../../../controllers/framework/same-meaning.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import { dnsServiceIPs } from '../../addressing/addresses.ts';
import { POOL_KEY } from '../../join/cluster-facts.ts';
import { clusterOf } from '../../join/discovery.ts';
import { grantPodsWhenNeeded } from './pods-for-agents.ts';

export interface ClusterFacts {
  readonly serviceCidrs: readonly string[];
  /** Of the pods of all nodes. */
  readonly clusterCidrs: readonly string[];
  readonly domain: string;
  readonly version: string;
  /** Ranges of addresses that nodes announce for LoadBalancer Services. */
  readonly pool: readonly string[];
}

export interface JoiningOptions {
  /** With an administrator's rights. */
  readonly client: Client;
  /** Has the Secrets of tokens, which the controllers watch anyway. */
  readonly informers: InformerFactory;
  readonly facts: ClusterFacts;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const RETRY_MS = 5_000;
const SOON_MS = 200;

/** Returns how to stop it. */
export function installJoiningWithFirstToken(options: JoiningOptions): () => void {
  const { client, informers, facts, clock, log } = options;
  const stop = new AbortController();
  let begun = false;
  let endPods = () => {};
  const begin = async (): Promise<void> => {
    if (begun) return;
    begun = true;
    while (!stop.signal.aborted)
      try {
        await installJoining(client, facts);
        if (!stop.signal.aborted) endPods = grantPodsWhenNeeded(options, CLUSTER_ROLES[AGENT]!);
        return;
      } catch (error) {
        // The ConfigMap cluster-info may come a moment later.
        if (!isNotFound(error)) log.warn('the rights for joining could not be written', { error });
        await clock.sleep(isNotFound(error) ? SOON_MS : RETRY_MS, stop.signal).catch(() => {});
      }
  };
  const secrets = informers.informer(Secret, { fieldSelector: `type=${BOOTSTRAP_TOKEN}` });
  const end = secrets.addHandler({
    onAdd: (secret) => {
      if (namespaceOf(secret) === TOKEN_NAMESPACE) void begin();
    },
  });
  // Machines have joined before: they are told what is so now, also when there is no token any more.
  void client.get(ConfigMap, 'kubeadm-config', SYSTEM).then(begin, () => {});
  return () => {
    stop.abort();
    endPods();
    end();
  };
}

/** Everything that is missing is made; what administrators have changed in roles and bindings stays. */
export async function installJoining(client: Client, facts: ClusterFacts): Promise<void> {
  for (const [name, group, role] of CLUSTER_BINDINGS)
    await ensure(client, ClusterRoleBinding, clusterBinding(name, group, role));
  for (const [name, rules] of Object.entries(CLUSTER_ROLES))
    await ensure(client, ClusterRole, { ...versioned('ClusterRole'), metadata: { name }, rules: [...rules] });
  for (const [name, { map, verbs, groups }] of Object.entries(ROLES)) {
    const metadata = { name, namespace: SYSTEM };
    const rules = [{ apiGroups: [''], resources: ['configmaps'], resourceNames: [map], verbs: [...verbs] }];
    await ensure(client, Role, { ...versioned('Role'), metadata, rules });
    await ensure(client, RoleBinding, {
      ...versioned('RoleBinding'),
      metadata,
      roleRef: { apiGroup: RBAC, kind: 'Role', name },
      subjects: groups.map(group),
    });
  }
  const endpoint = await endpointOf(client);
  await putMap(client, 'kubeadm-config', {
    ClusterConfiguration: clusterConfiguration(facts, endpoint),
    ...(facts.pool.length > 0 && { [POOL_KEY]: facts.pool.join() }),
  });
  await putMap(client, 'kubelet-config', { kubelet: kubeletConfiguration(facts) });
}

const RBAC = 'rbac.authorization.k8s.io';
const SYSTEM = 'kube-system';
const TOKENS = 'system:bootstrappers:kubeadm:default-node-token';
const NODES = 'system:nodes';
const REQUESTS = 'system:certificates.k8s.io:certificatesigningrequests';
const AGENT = 'tiphys:node-agent';

/** Name, group, ClusterRole. */
const CLUSTER_BINDINGS: readonly (readonly [string, string, string])[] = [
  ['kubeadm:kubelet-bootstrap', TOKENS, 'system:node-bootstrapper'],
  ['kubeadm:get-nodes', TOKENS, 'kubeadm:get-nodes'],
  ['kubeadm:node-autoapprove-bootstrap', TOKENS, `${REQUESTS}:nodeclient`],
  ['kubeadm:node-autoapprove-certificate-rotation', NODES, `${REQUESTS}:selfnodeclient`],
  [AGENT, NODES, AGENT],
];

const reads = (apiGroups: string, ...resources: string[]): PolicyRule => ({
  apiGroups: [apiGroups],
  resources,
  verbs: ['get', 'list', 'watch'],
});

const CLUSTER_ROLES: Readonly<Record<string, readonly PolicyRule[]>> = {
  'kubeadm:get-nodes': [{ apiGroups: [''], resources: ['nodes'], verbs: ['get'] }],
  // What proxy, policies, routes and DNS of a node agent read besides what a kubelet may, but for pods. Nothing is written with it.
  [AGENT]: [
    reads('', 'namespaces', 'nodes', 'services'),
    reads('discovery.k8s.io', 'endpointslices'),
    reads('networking.k8s.io', 'networkpolicies', 'servicecidrs'),
  ],
};

const ROLES: Readonly<
  Record<
    string,
    { readonly map: string; readonly verbs: readonly string[]; readonly groups: readonly string[] }
  >
> = {
  'kubeadm:nodes-kubeadm-config': { map: 'kubeadm-config', verbs: ['get'], groups: [TOKENS, NODES] },
  'kubeadm:kubelet-config': { map: 'kubelet-config', verbs: ['get'], groups: [NODES, TOKENS] },
  [AGENT]: { map: 'kube-dns', verbs: ['get', 'list', 'watch'], groups: [NODES] },
};

const versioned = (kind: string) => ({ apiVersion: `${RBAC}/v1`, kind });

const group = (name: string) => ({ apiGroup: RBAC, kind: 'Group', name });

const clusterBinding = (name: string, subject: string, role: string): ClusterRoleBinding => ({
  ...versioned('ClusterRoleBinding'),
  metadata: { name },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
  subjects: [group(subject)],
});

/** JSON is YAML, too. */
const text = (object: object): string => `${JSON.stringify(object, undefined, 2)}\n`;

/** HOST:PORT of the API, as cluster-info has it; it is published before anybody can join. */
async function endpointOf(client: Client): Promise<string> {
  const { data } = await client.get(ConfigMap, 'cluster-info', 'kube-public');
  return new URL(clusterOf(data?.kubeconfig ?? '').server).host;
}

const clusterConfiguration = (
  { serviceCidrs, clusterCidrs, domain, version }: ClusterFacts,
  endpoint: string,
) =>
  text({
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'ClusterConfiguration',
    clusterName: 'kubernetes',
    controlPlaneEndpoint: endpoint,
    kubernetesVersion: version,
    networking: { dnsDomain: domain, podSubnet: clusterCidrs.join(), serviceSubnet: serviceCidrs.join() },
  });

const kubeletConfiguration = ({ serviceCidrs, domain }: ClusterFacts) =>
  text({
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: '/etc/kubernetes/pki/ca.crt' },
    },
    authorization: { mode: 'Webhook' },
    clusterDNS: dnsServiceIPs(serviceCidrs),
    clusterDomain: domain,
    rotateCertificates: true,
    serverTLSBootstrap: true,
    staticPodPath: '/etc/kubernetes/manifests',
  });

/** Machines that join read there that agents answer for the cluster's names. */
const DNS_BY_AGENTS = { [ANSWERS_NAMES]: 'node-agents' };

async function putMap(client: Client, name: string, data: Record<string, string>): Promise<void> {
  const metadata = { name, namespace: SYSTEM, annotations: DNS_BY_AGENTS };
  const wanted: ConfigMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data };
  const created = await client.create(ConfigMap, wanted).catch(unless(isAlreadyExists));
  // Settings of kubelets are the administrator's to change; the rest follows the cluster's own.
  if (created || name !== 'kubeadm-config') return;
  const found = await client.get(ConfigMap, name, SYSTEM);
  if (sameMeaning(found.data, wanted.data)) return;
  await client.update(ConfigMap, { ...found, data }).catch(unless(isConflict));
}

async function ensure<K extends AnyResource>(client: Client, kind: K, object: ObjectOf<K>): Promise<void> {
  await client.create(kind, object).catch(unless(isAlreadyExists));
}

const unless =
  (isFine: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!isFine(error)) throw error;
  };
