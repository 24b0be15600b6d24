import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it, mock } from 'node:test';
import { TokenReview } from '../../api/kinds/authentication/v1/token-review.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { ServiceAccount } from '../../api/kinds/core/v1/service-account.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

describe('a secret of type service-account-token', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['serviceaccount-token-controller'] });
    const metadata = { name: 'robot', namespace: 'default' };
    await cluster.client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await cluster.client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'robot-token',
        namespace: 'default',
        annotations: { 'kubernetes.io/service-account.name': 'robot' },
      },
    });
    await cluster.settle();
  });
  afterEach(() => cluster.stop());

  const text = (bytes: string | undefined) => Buffer.from(bytes ?? '', 'base64').toString();
  const review = (token: string) =>
    cluster.client.create(TokenReview, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      metadata: {},
      spec: { token },
    });

  it('is filled with a token, the CA and the namespace; the token is invalid once the secret is deleted', async () => {
    const { data, metadata } = await cluster.client.get(Secret, 'robot-token', 'default');
    const { uid } = (await cluster.client.get(ServiceAccount, 'robot', 'default')).metadata;
    assert.equal(metadata.annotations?.['kubernetes.io/service-account.uid'], uid);
    assert.deepEqual([text(data?.namespace), text(data?.['ca.crt'])], ['default', 'ROOT CA']);
    const token = text(data?.token);
    assert.equal((await review(token)).status?.user?.username, 'system:serviceaccount:default:robot');
    await cluster.client.delete(Secret, 'robot-token', 'default');
    assert.equal((await review(token)).status?.authenticated, undefined);
  });

  it('is no longer named by its account once it is deleted', async () => {
    const { client } = cluster;
    const secrets = [{ name: 'robot-token' }, { name: 'other' }];
    await client.patch(ServiceAccount, 'robot', 'default', 'merge', { secrets });
    await client.delete(Secret, 'robot-token', 'default');
    await cluster.settle();
    assert.deepEqual((await client.get(ServiceAccount, 'robot', 'default')).secrets, [{ name: 'other' }]);
  });

  it('is kept when the cache does not show its account yet', async () => {
    const { client, informers } = cluster;
    const accounts = informers.informer(ServiceAccount).lister;
    const behind = mock.method(accounts, 'get', () => undefined);
    const metadata = { name: 'late', namespace: 'default' };
    await client.create(ServiceAccount, { apiVersion: 'v1', kind: 'ServiceAccount', metadata });
    await client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      type: 'kubernetes.io/service-account-token',
      metadata: {
        name: 'late-token',
        namespace: 'default',
        annotations: { 'kubernetes.io/service-account.name': 'late' },
      },
    });
    await cluster.settle();
    assert.ok(behind.mock.callCount() > 0);
    assert.ok((await client.get(Secret, 'late-token', 'default')).data?.token);
  });

  it('is deleted with its service account', async () => {
    await cluster.client.delete(ServiceAccount, 'robot', 'default');
    await cluster.settle();
    await assert.rejects(cluster.client.get(Secret, 'robot-token', 'default'), isNotFound);
  });
});
