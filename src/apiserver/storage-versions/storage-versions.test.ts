import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { StorageVersion } from '../../api/kinds/apiserverinternal/v1alpha1/storage-version.ts';
import { withServers } from '../../api/storage-versions/agreement.ts';
import { servedApis } from '../../cluster/runtime-config.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { simCluster } from '../../sim/cluster.ts';
import { openMemoryStore } from '../../store/memory/memory-store.ts';
import { serverId } from '../presence/identity-lease.ts';

const features = new FeatureGates('StorageVersionAPI=true');
const FLAG = 'internal.apiserver.k8s.io/v1alpha1=true,networking.k8s.io/v1beta1=true';
const GC = 'storageversion-garbage-collector-controller';

const serverWith = async (options: Parameters<typeof simCluster>[0] = {}, gates = features) => {
  const apis = await servedApis(FLAG, gates);
  return simCluster({
    ...options,
    settings: { features: gates },
    apiServer: { features: gates, ...(apis && { apis }), ...options.apiServer },
  });
};

describe('an API server', () => {
  it('reports in which versions it stores, reads and serves each resource', async (t) => {
    const server = await serverWith({ apiServer: { hostname: 'one' } });
    t.after(() => server.stop());
    const versionsOf = async (name: string) => {
      const { status } = await server.client.get(StorageVersion, name);
      const [{ apiServerID, ...versions } = { apiServerID: '' }, ...others] = status?.storageVersions ?? [];
      assert.deepEqual([apiServerID, others], [serverId('one'), []]);
      const [condition] = status?.conditions ?? [];
      assert.deepEqual(
        [condition?.type, condition?.status, condition?.reason],
        ['AllEncodingVersionsEqual', 'True', 'CommonEncodingVersionSet'],
      );
      return [status?.commonEncodingVersion, versions];
    };
    const same = (version: string) => [
      version,
      { encodingVersion: version, decodableVersions: [version], servedVersions: [version] },
    ];
    assert.deepEqual(await versionsOf('core.configmaps'), same('v1'));
    assert.deepEqual(await versionsOf('apps.deployments'), same('apps/v1'));
    assert.deepEqual(await versionsOf('core.events'), [
      'v1',
      { encodingVersion: 'v1', decodableVersions: ['v1', 'events.k8s.io/v1'], servedVersions: ['v1'] },
    ]);
    const ranges = ['networking.k8s.io/v1', 'networking.k8s.io/v1beta1'];
    assert.deepEqual(await versionsOf('networking.k8s.io.ipaddresses'), [
      'networking.k8s.io/v1',
      { encodingVersion: 'networking.k8s.io/v1', decodableVersions: ranges, servedVersions: ranges },
    ]);
    const { items } = await server.client.list(StorageVersion);
    const names = items.map(({ metadata }) => metadata.name);
    assert.ok(!names.includes('authentication.k8s.io.tokenreviews'), 'is not stored');
    assert.ok(!names.includes('events.k8s.io.events'), 'is reported once');
  });

  it('mends a report that somebody has changed', async (t) => {
    const server = await serverWith({ apiServer: { hostname: 'one' } });
    t.after(() => server.stop());
    const pods = await server.client.get(StorageVersion, 'core.pods');
    const wrong = { apiServerID: serverId('one'), encodingVersion: 'v0', decodableVersions: ['v0'] };
    const status = withServers(pods, [wrong], '2026-01-01T00:00:00Z');
    await server.client.update(StorageVersion, { ...pods, status }, { subresource: 'status' });
    await server.step(10 * 60_000);
    const { storageVersions, commonEncodingVersion } =
      (await server.client.get(StorageVersion, 'core.pods')).status ?? {};
    assert.deepEqual(storageVersions, pods.status?.storageVersions);
    assert.equal(commonEncodingVersion, 'v1');
  });

  it('is ready when it has reported', async (t) => {
    const path = '/readyz/poststarthook/built-in-resources-storage-version-updater';
    const [on, off] = [await serverWith(), await serverWith({}, new FeatureGates())];
    t.after(() => Promise.all([on.stop(), off.stop()]));
    assert.equal((await on.call('GET', path)).status, 200);
    assert.equal((await off.call('GET', path)).status, 404);
  });

  it('writes a report again when it was deleted, and leaves one that stands', async (t) => {
    const server = await serverWith();
    t.after(() => server.stop());
    const { metadata } = await server.client.get(StorageVersion, 'core.pods');
    await server.client.delete(StorageVersion, 'core.secrets');
    await server.step(10 * 60_000);
    assert.equal(
      (await server.client.get(StorageVersion, 'core.secrets')).status?.storageVersions?.length,
      1,
    );
    const again = await server.client.get(StorageVersion, 'core.pods');
    assert.equal(again.metadata.resourceVersion, metadata.resourceVersion);
  });

  it('reports nothing without the gate', async (t) => {
    const server = await serverWith({}, new FeatureGates());
    t.after(() => server.stop());
    assert.deepEqual((await server.client.list(StorageVersion)).items, []);
  });
});

describe('reports of API servers', () => {
  it('stand beside one another, and go with the Lease of the server', async (t) => {
    const clock = new SteppedClock();
    const store = openMemoryStore({ clock });
    const one = await serverWith({ clock, controllers: [GC], apiServer: { store, hostname: 'one' } });
    const two = await serverWith({ clock, seed: 2, apiServer: { store, hostname: 'two' } });
    t.after(() => one.stop());
    const serversOf = async (name: string) =>
      ((await one.client.get(StorageVersion, name)).status?.storageVersions ?? []).map(
        ({ apiServerID }) => apiServerID,
      );
    assert.deepEqual(await serversOf('core.pods'), [serverId('one'), serverId('two')]);
    await two.stop();
    await one.until('the report is collected', async () => (await serversOf('core.pods')).length === 1);
    assert.deepEqual(await serversOf('core.secrets'), [serverId('one')]);
  });

  it('of nobody are deleted', async (t) => {
    const server = await serverWith({ controllers: [GC] });
    t.after(() => server.stop());
    const { client } = server;
    const made = await client.create(StorageVersion, {
      apiVersion: 'internal.apiserver.k8s.io/v1alpha1',
      kind: 'StorageVersion',
      metadata: { name: 'example.com.widgets' },
    });
    const version = 'example.com/v1';
    const report = { apiServerID: 'ghost', encodingVersion: version, decodableVersions: [version] };
    const status = withServers(made, [report], '2026-01-01T00:00:00Z');
    await client.update(StorageVersion, { ...made, status }, { subresource: 'status' });
    await server.until('the report is deleted', async () =>
      (await client.list(StorageVersion)).items.every(
        ({ metadata }) => metadata.name !== 'example.com.widgets',
      ),
    );
    assert.equal((await client.get(StorageVersion, 'core.pods')).status?.storageVersions?.length, 1);
  });

  it('have a common version only if all agree', () => {
    const report = (apiServerID: string, encodingVersion: string) => ({
      ...{ apiServerID, encodingVersion },
      decodableVersions: ['v1', 'v2'],
    });
    const [early, late] = ['2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'];
    const agreed = withServers({ metadata: {} }, [report('a', 'v1'), report('b', 'v1')], early);
    assert.equal(agreed.commonEncodingVersion, 'v1');
    const next = (status: typeof agreed, ...servers: ReturnType<typeof report>[]) => {
      const { commonEncodingVersion, conditions } = withServers({ metadata: {}, status }, servers, late);
      const [condition, ...others] = conditions ?? [];
      assert.equal(others.length, 0);
      return [commonEncodingVersion, condition?.reason, condition?.lastTransitionTime];
    };
    assert.deepEqual(next(agreed, report('a', 'v1')), ['v1', 'CommonEncodingVersionSet', early]);
    assert.deepEqual(next(agreed, report('a', 'v2')), ['v2', 'CommonEncodingVersionSet', late]);
    const both = [report('a', 'v1'), report('b', 'v2')];
    assert.deepEqual(next(agreed, ...both), [undefined, 'CommonEncodingVersionUnset', late]);
  });
});
