import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

describe('bootstrap tokens', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['token-cleaner-controller', 'bootstrap-signer-controller'] });
  });
  afterEach(() => cluster.stop());

  const put = (id: string, data: Record<string, string> = {}, namespace = 'kube-system') =>
    cluster.client.create(Secret, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `bootstrap-token-${id}`, namespace },
      type: 'bootstrap.kubernetes.io/token',
      stringData: {
        'token-id': id,
        'token-secret': '0123456789abcdef',
        'usage-bootstrap-signing': 'true',
        ...data,
      },
    });
  const names = async (namespace = 'kube-system') => {
    await cluster.settle();
    const { items } = await cluster.client.list(Secret, { namespace });
    return items.map(({ metadata }) => metadata.name);
  };
  const inAMinute = () => ({ expiration: rfc3339(cluster.clock.now() + 60_000) });
  const info = async () => {
    await cluster.settle();
    return (await cluster.client.get(ConfigMap, 'cluster-info', 'kube-public')).data ?? {};
  };
  const publish = (data: Record<string, string>) =>
    cluster.client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'cluster-info', namespace: 'kube-public' },
      data,
    });

  it('are deleted when their time is over, or cannot be read', async () => {
    await put('aaaaaa', inAMinute());
    await put('bbbbbb');
    await put('cccccc', { expiration: 'soon' });
    await put('dddddd', inAMinute(), 'default');
    assert.deepEqual(await names(), ['bootstrap-token-aaaaaa', 'bootstrap-token-bbbbbb']);
    await cluster.step(61_000);
    assert.deepEqual(await names(), ['bootstrap-token-bbbbbb']);
    assert.deepEqual(await names('default'), ['bootstrap-token-dddddd']);
  });

  it('sign the kubeconfig of cluster-info as long as they may', async () => {
    await publish({ kubeconfig: 'hello', 'jws-kubeconfig-gone00': 'x', other: 'kept' });
    await put('aaaaaa', inAMinute());
    await put('bbbbbb', { 'usage-bootstrap-signing': 'false' });
    await put('cccccc', { 'token-id': 'other0' });
    const data = await info();
    assert.deepEqual(Object.keys(data).sort(), ['jws-kubeconfig-aaaaaa', 'kubeconfig', 'other']);
    const [header, content, signature] = data['jws-kubeconfig-aaaaaa']!.split('.');
    assert.equal(content, '');
    assert.equal(Buffer.from(header!, 'base64url').toString(), '{"alg":"HS256","kid":"aaaaaa"}');
    const body = `${header}.${Buffer.from('hello').toString('base64url')}`;
    const wanted = createHmac('sha256', '0123456789abcdef').update(body).digest('base64url');
    assert.equal(signature, wanted);
    await cluster.step(61_000);
    assert.deepEqual(Object.keys(await info()).sort(), ['kubeconfig', 'other']);
  });

  it('leave a cluster-info without kubeconfig alone', async () => {
    await publish({ other: 'x' });
    await put('aaaaaa');
    assert.deepEqual(await info(), { other: 'x' });
  });
});
