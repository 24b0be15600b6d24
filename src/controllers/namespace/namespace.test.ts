import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

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
  });

  it('are removed with their contents when they are deleted', async () => {
    await cluster.client.delete(Namespace, 'team');
    await cluster.settle();
    await cluster.step(20_000);
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
