// What a token and a node may do once machines can join, and that a cluster without tokens has none of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { NetworkPolicy } from '../../../api/kinds/networking/v1/network-policy.ts';
import { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import { InformerFactory } from '../../../client/informer/factory.ts';
import { RestClient } from '../../../client/rest/rest-client.ts';
import { silentLogger as log } from '../../../kit/log.ts';
import { systemRandom as random } from '../../../kit/random.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { tokenSecret } from '../../join/tokens.ts';
import { publishClusterInfo } from '../cluster-info.ts';
import { installJoiningWithFirstToken } from './joining.ts';

const TOKENS = 'system:bootstrappers:kubeadm:default-node-token';
const facts = {
  serviceCidrs: ['10.96.0.0/16'],
  clusterCidrs: ['10.244.0.0/16'],
  domain: 'cluster.local',
  version: 'v1.36.2',
  pool: [],
};

async function prepared(t: NonNullable<Parameters<typeof simCluster>[1]>): Promise<SimCluster> {
  const cluster = await simCluster({}, t);
  const { client, clock } = cluster;
  await publishClusterInfo(client, 'https://192.0.2.1:6443', 'CA');
  const informers = new InformerFactory({ client, clock, random, log });
  const end = installJoiningWithFirstToken({ client, informers, facts, clock, random, log });
  informers.start();
  t.after(() => {
    end();
    informers.stop();
  });
  await cluster.settle();
  return cluster;
}

async function withToken(cluster: SimCluster): Promise<void> {
  const options = { ttl: 0, usages: ['authentication'], groups: [TOKENS], description: '' };
  await cluster.client.create(Secret, tokenSecret({ id: 'abcdef', secret: '0123456789abcdef' }, options, 0));
  await cluster.settle();
}

const clientOf = (cluster: SimCluster, name: string, ...groups: string[]) =>
  new RestClient({
    transport: cluster.transportOf(name, [...groups, 'system:authenticated']),
    clock: cluster.clock,
  });

test('nothing is written before there is a token', async (t) => {
  const cluster = await prepared(t);
  const { items } = await cluster.client.list(ClusterRoleBinding);
  assert.deepEqual(
    items.filter(
      ({ metadata }) => metadata.name!.startsWith('kubeadm:node') || metadata.name === 'tiphys:node-agent',
    ),
    [],
  );
});

test('with a token a machine reads how the cluster is made, and nothing that is secret', async (t) => {
  const cluster = await prepared(t);
  await withToken(cluster);
  const machine = clientOf(cluster, 'system:bootstrap:abcdef', 'system:bootstrappers', TOKENS);
  const kubeadm = await machine.get(ConfigMap, 'kubeadm-config', 'kube-system');
  assert.deepEqual(JSON.parse(kubeadm.data!.ClusterConfiguration!).networking, {
    dnsDomain: 'cluster.local',
    podSubnet: '10.244.0.0/16',
    serviceSubnet: '10.96.0.0/16',
  });
  assert.equal(JSON.parse(kubeadm.data!.ClusterConfiguration!).controlPlaneEndpoint, '192.0.2.1:6443');
  const kubelet = await machine.get(ConfigMap, 'kubelet-config', 'kube-system');
  assert.deepEqual(JSON.parse(kubelet.data!.kubelet!).clusterDNS, ['10.96.0.10']);
  for (const attempt of [
    () => machine.list(Secret, { namespace: 'kube-system' }),
    () => machine.get(Secret, 'bootstrap-token-abcdef', 'kube-system'),
    () => machine.get(ConfigMap, 'kube-dns', 'kube-system'),
    () => machine.list(ConfigMap, { namespace: 'kube-system' }),
  ])
    await assert.rejects(attempt(), /forbidden/);
});

const policy: NetworkPolicy = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'closed', namespace: 'default' },
  spec: { podSelector: {}, policyTypes: ['Ingress'] },
};
const readsPods = (cluster: SimCluster) =>
  clientOf(cluster, 'system:node:n1', 'system:nodes')
    .list(Pod)
    .then(
      () => true,
      () => false,
    );

test('a node reads pods of other nodes only once there is a network policy to enforce', async (t) => {
  const cluster = await prepared(t);
  await withToken(cluster);
  assert.equal(await readsPods(cluster), false);
  await cluster.client.create(NetworkPolicy, policy);
  await cluster.until('the right', () => readsPods(cluster), 20);
});

test('a cluster of a version in which nodes could always read them is narrowed, but for what administrators wrote', async (t) => {
  const pods = (rules: ClusterRole['rules']) => rules?.some(({ resources }) => resources?.includes('pods'));
  for (const isChanged of [false, true]) {
    const cluster = await prepared(t);
    const read = (group: string, ...resources: string[]) => ({
      apiGroups: [group],
      resources,
      verbs: ['get', 'list', 'watch'],
    });
    await cluster.client.create(ClusterRole, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'tiphys:node-agent' },
      rules: [
        read('', 'namespaces', 'nodes', 'pods', 'services'),
        read('discovery.k8s.io', 'endpointslices'),
        read('networking.k8s.io', 'networkpolicies', 'servicecidrs'),
        ...(isChanged ? [read('example.com', 'things')] : []),
      ],
    });
    await withToken(cluster);
    await cluster.clock.step(2_000);
    await cluster.settle();
    const { rules } = await cluster.client.get(ClusterRole, 'tiphys:node-agent');
    assert.equal(pods(rules), isChanged);
  }
});
