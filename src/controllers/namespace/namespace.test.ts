import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { NetworkPolicy } from '../../api/kinds/networking/v1/network-policy.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { conditionsAfter } from './status.ts';

describe('namespaces', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({
      controllers: ['namespace-controller', 'service-account-controller', 'root-ca-cert-publisher'],
    });
    const metadata = { name: 'team' };
    await cluster.client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata });
    await cluster.settle();
  });
  afterEach(() => cluster.stop());

  it('have a default service account and the root CA, which are created again when deleted', async () => {
    await cluster.client.delete(ServiceAccount, 'default', 'team');
    await cluster.client.delete(ConfigMap, 'kube-root-ca.crt', 'team');
    await cluster.settle();
    await cluster.client.get(ServiceAccount, 'default', 'team');
    const map = await cluster.client.get(ConfigMap, 'kube-root-ca.crt', 'team');
    assert.equal(map.data?.['ca.crt'], 'ROOT CA');
    assert.match(cluster.metrics.render(), /root_ca_cert_publisher_sync_total\{code="200"\} \d/);
    const annotations = { 'kubernetes.io/description': null };
    await cluster.client.patch(ConfigMap, 'kube-root-ca.crt', 'team', 'merge', { metadata: { annotations } });
    await cluster.settle();
    const again = await cluster.client.get(ConfigMap, 'kube-root-ca.crt', 'team');
    assert.ok(again.metadata.annotations?.['kubernetes.io/description']);
  });

  it('are removed with their contents when they are deleted', async () => {
    await cluster.client.delete(Namespace, 'team');
    await cluster.settle();
    await cluster.step(20_000);
    await assert.rejects(cluster.client.get(Namespace, 'team'), isNotFound);
  });

  it('keep everything else until their last pod has ended', async () => {
    const pod = aPod('p', { nodeName: 'n' });
    await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: 'team' } });
    await cluster.client.create(NetworkPolicy, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'closed', namespace: 'team' },
      spec: { podSelector: {} },
    });
    await cluster.client.delete(Namespace, 'team');
    await cluster.settle();
    await cluster.step(5_000);
    await cluster.client.get(NetworkPolicy, 'closed', 'team');
    await cluster.client.delete(Pod, 'p', 'team', { gracePeriodSeconds: 0 });
    await cluster.step(20_000);
    await assert.rejects(cluster.client.get(Namespace, 'team'), isNotFound);
  });

  it('are looked at again when their last pod has ended, not when each has', async () => {
    const names = Array.from({ length: 20 }, (_, i) => `p${i}`);
    for (const name of names) {
      const pod = aPod(name, { nodeName: 'n' });
      await cluster.client.create(Pod, { ...pod, metadata: { ...pod.metadata, namespace: 'team' } });
    }
    await cluster.client.delete(Namespace, 'team');
    await cluster.settle();
    const rounds = () =>
      Number(
        /reconcile_total\{controller="namespace-controller".*\} (\d+)/.exec(cluster.metrics.render())?.[1],
      );
    const before = rounds();
    for (const name of names) {
      await cluster.client.delete(Pod, name, 'team', { gracePeriodSeconds: 0 });
      await cluster.settle();
      if (name === 'p9') await cluster.step(20_000);
      if (name !== names.at(-1)) assert.equal(rounds(), before + (names.indexOf(name) < 9 ? 0 : 1));
    }
    await assert.rejects(cluster.client.get(Namespace, 'team'), isNotFound);
  });

  it('report the finalizers that block their deletion', async () => {
    const metadata = { name: 'held', namespace: 'team', finalizers: ['example.com/hold'] };
    await cluster.client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata });
    await cluster.client.delete(Namespace, 'team');
    await cluster.settle();
    const namespace = await cluster.client.get(Namespace, 'team');
    assert.equal(namespace.status?.phase, 'Terminating');
    const message = (type: string) => namespace.status?.conditions?.find((c) => c.type === type)?.message;
    assert.equal(
      message('NamespaceContentRemaining'),
      'Some resources are remaining: configmaps. has 1 resource instances',
    );
    assert.equal(
      message('NamespaceFinalizersRemaining'),
      'Some content in the namespace has finalizers remaining: example.com/hold in 1 resource instances',
    );
    await cluster.client.patch(ConfigMap, 'held', 'team', 'merge', { metadata: { finalizers: null } });
    await cluster.step(20_000);
    await assert.rejects(cluster.client.get(Namespace, 'team'), isNotFound);
  });
});

it('discovery that is stale is told in the words of client-go', () => {
  const progress = {
    undiscovered: ['b.io/v1', 'a.io/v1'],
    failures: [],
    remaining: new Map(),
    finalizers: new Map(),
  };
  const [condition] = conditionsAfter([], progress, '2026-01-01T00:00:00Z');
  assert.deepEqual(condition, {
    type: 'NamespaceDeletionDiscoveryFailure',
    status: 'True',
    reason: 'DiscoveryFailed',
    message:
      'Discovery failed for some groups, 2 failing: unable to retrieve the complete list of server APIs: ' +
      'a.io/v1: stale GroupVersion discovery: a.io/v1, b.io/v1: stale GroupVersion discovery: b.io/v1',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
});
