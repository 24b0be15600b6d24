import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { StorageVersionMigration } from '../../api/kinds/storagemigration/v1beta1/storage-version-migration.ts';
import type { Condition } from '../../api/meta/v1/condition.ts';
import { conditionOf, isConditionTrue } from '../../api/meta/v1/conditions.ts';
import { failure, isConflict } from '../../api/status/status-error.ts';
import { RestClient } from '../../client/rest/rest-client.ts';
import { servedApis } from '../../cluster/runtime-config.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { outcome } from './definition.ts';
import { type Migration, turnOf } from './plan.ts';
import { passes, rewriteAll } from './rewrite.ts';

const NAME = 'storage-version-migrator-controller';
const features = new FeatureGates('StorageVersionMigrator=true');

const clusterWith = async (
  t: TestContext,
  gates = features,
  flag = 'storagemigration.k8s.io/v1beta1=true',
) => {
  const apis = await servedApis(flag, features);
  const apiServer = { features: gates, ...(apis && { apis }) };
  return simCluster({ controllers: [NAME], settings: { features: gates }, apiServer }, t);
};

const migrate = (cluster: SimCluster, resource: string, group = '', name = `migrate-${resource}`) =>
  cluster.client.create(StorageVersionMigration, {
    apiVersion: 'storagemigration.k8s.io/v1beta1',
    kind: 'StorageVersionMigration',
    metadata: { name },
    spec: { resource: { group, resource } },
  });

const ended = (cluster: SimCluster, name: string) =>
  cluster.until(`${name} has ended`, async () => {
    const found = await cluster.client.get(StorageVersionMigration, name);
    return conditionOf(found, 'Running')?.status === 'False' ? found : undefined;
  });

const summary = ({ status }: Migration) =>
  (status?.conditions ?? []).map(({ type, status: is, reason }) => `${type}=${is} ${reason}`);

const configMap = (name: string) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'default' },
  data: { name },
});

const widgets = (storage: 'v1' | 'v2') => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced' as const,
    names: { plural: 'widgets', kind: 'Widget' },
    versions: (['v1', 'v2'] as const).map((name) => ({
      name,
      served: true,
      storage: name === storage,
      schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
    })),
  },
});

describe('a storage version migration', () => {
  it('succeeds without a change of objects that are stored as they should be', async (t) => {
    const cluster = await clusterWith(t);
    for (const name of ['a', 'b']) await cluster.client.create(ConfigMap, configMap(name));
    const before = (await cluster.client.list(ConfigMap)).items;
    await migrate(cluster, 'configmaps');
    const migration = await ended(cluster, 'migrate-configmaps');
    assert.deepEqual(summary(migration), [
      'Running=False MigrationCompleted',
      'Succeeded=True StorageVersionMigrationSucceeded',
    ]);
    assert.match(migration.status?.resourceVersion ?? '', /^[1-9][0-9]*$/);
    assert.equal(conditionOf(migration, 'Running')?.message, 'Migration completed');
    assert.deepEqual((await cluster.client.list(ConfigMap)).items, before);
  });

  it('stores custom objects in the present version, in pages, and then drops the former versions', async (t) => {
    const cluster = await clusterWith(t);
    await cluster.client.create(CustomResourceDefinition, widgets('v1'));
    const path = '/apis/example.com/v1/namespaces/default/widgets';
    await cluster.until('widgets are served', async () => (await cluster.call('GET', path)).status === 200);
    const count = 620;
    for (let i = 0; i < count; i++) {
      const widget = {
        apiVersion: 'example.com/v1',
        kind: 'Widget',
        metadata: { name: `w${i}` },
        spec: { i },
      };
      assert.equal((await cluster.call('POST', path, widget)).status, 201);
    }
    const labels = { merged: 'yes' };
    const definition = await cluster.client.get(CustomResourceDefinition, 'widgets.example.com');
    await cluster.client.update(CustomResourceDefinition, { ...definition, spec: widgets('v2').spec });
    const written = await cluster.call(
      'PATCH',
      `${path}/w7`,
      { metadata: { labels } },
      {
        headers: { 'content-type': 'application/merge-patch+json' },
      },
    );
    assert.equal(written.status, 200);
    const stored = () =>
      cluster.store
        .range('/registry/example.com/widgets/')
        .entries.map(({ value }) => JSON.parse(value.toString()));
    assert.deepEqual(
      new Set(stored().map(({ apiVersion }) => apiVersion)),
      new Set(['example.com/v1', 'example.com/v2']),
    );
    await migrate(cluster, 'widgets', 'example.com');
    await ended(cluster, 'migrate-widgets');
    const objects = stored();
    assert.equal(objects.length, count);
    assert.ok(objects.every(({ apiVersion }) => apiVersion === 'example.com/v2'));
    assert.deepEqual(objects.find(({ metadata }) => metadata.name === 'w7').metadata.labels, labels);
    for (const { metadata } of objects)
      assert.ok(!JSON.stringify(metadata.managedFields ?? []).includes(NAME), 'owns no field');
    const { status } = await cluster.client.get(CustomResourceDefinition, 'widgets.example.com');
    assert.deepEqual(status?.storedVersions, ['v2']);
    const condition = status?.conditions?.find(({ type }) => type === 'StorageMigrating');
    assert.deepEqual(
      [condition?.status, condition?.reason, condition?.message],
      [
        'False',
        'MigrationSucceeded',
        'The migration has succeeded and the stored versions have been updated',
      ],
    );
  });

  it('fails for what cannot be migrated, and for what does not exist, after a minute', async (t) => {
    const cluster = await clusterWith(t);
    await migrate(cluster, 'tokenreviews', 'authentication.k8s.io');
    const refused = await ended(cluster, 'migrate-tokenreviews');
    assert.deepEqual(summary(refused), [
      'Running=False MigrationCompleted',
      'Failed=True StorageVersionMigrationFailed',
    ]);
    assert.equal(
      conditionOf(refused, 'Failed')?.message,
      'resource "authentication.k8s.io/v1, Resource=tokenreviews" does not support discovery operations: [update patch list]',
    );
    await migrate(cluster, 'nothings', 'example.com');
    await cluster.step(30_000);
    const waits = await cluster.client.get(StorageVersionMigration, 'migrate-nothings');
    assert.deepEqual(summary(waits), ['Running=True MigrationRunning']);
    await cluster.step(600_000);
    const gone = await ended(cluster, 'migrate-nothings');
    assert.equal(conditionOf(gone, 'Failed')?.message, 'resource does not exist in discovery');
  });

  it('does not run without its gate, nor where its API is off', async (t) => {
    for (const [gates, flag] of [
      [new FeatureGates(), 'storagemigration.k8s.io/v1beta1=true'],
      [features, 'networking.k8s.io/v1beta1=true'],
    ] as const) {
      const cluster = await clusterWith(t, gates, flag);
      const path = '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:controller:' + NAME;
      assert.equal((await cluster.call('GET', path)).status, gates === features ? 200 : 404);
      if (gates === features) continue;
      await migrate(cluster, 'configmaps');
      await cluster.settle();
      const idle = await cluster.client.get(StorageVersionMigration, 'migrate-configmaps');
      assert.deepEqual(summary(idle), []);
    }
  });
});

describe('migrations of one resource', () => {
  const at = (name: string, seconds: number, ...conditions: Pick<Condition, 'type' | 'status'>[]) =>
    ({
      apiVersion: 'storagemigration.k8s.io/v1beta1',
      kind: 'StorageVersionMigration',
      metadata: { name, creationTimestamp: `2026-01-01T00:00:0${seconds}Z` },
      status: {
        conditions: conditions.map((one) => ({
          ...one,
          ...{ reason: 'R', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' },
        })),
      },
    }) satisfies Migration;
  const running = { type: 'Running', status: 'True' };
  const stopped = { type: 'Running', status: 'False' };
  const succeeded = { type: 'Succeeded', status: 'True' };
  const turn = (...migrations: Migration[]) => {
    const { finished, next } = turnOf(migrations);
    return [finished.map(({ metadata }) => metadata.name), next?.metadata.name];
  };

  it('run one at a time, the oldest first', () => {
    assert.deepEqual(turn(at('b', 1), at('a', 1), at('c', 0)), [[], 'c']);
    assert.deepEqual(turn(at('b', 1), at('a', 1)), [[], 'a']);
    assert.deepEqual(turn(at('c', 0), at('b', 1, running)), [[], undefined]);
    assert.deepEqual(turn(at('c', 1), at('b', 0, running, succeeded)), [['b'], 'c']);
    assert.deepEqual(turn(at('b', 0, stopped, succeeded)), [[], undefined]);
    assert.deepEqual(turn(at('b', 0, { type: 'Failed', status: 'True' })), [[], undefined]);
  });

  it('all end', async (t) => {
    const cluster = await clusterWith(t);
    for (const name of ['one', 'two', 'three']) await migrate(cluster, 'configmaps', '', name);
    for (const name of ['one', 'two', 'three'])
      assert.ok(isConditionTrue(await ended(cluster, name), 'Succeeded'), name);
  });
});

it('what is stored is known only of the definition with which the migration began', () => {
  const definition = (observedGeneration: number): CustomResourceDefinition => ({
    ...widgets('v2'),
    metadata: { name: 'widgets.example.com', generation: 4 },
    status: {
      acceptedNames: { plural: 'widgets', kind: 'Widget' },
      conditions: [{ type: 'StorageMigrating', status: 'True', observedGeneration }],
      storedVersions: ['v1', 'v2'],
    },
  });
  assert.deepEqual(outcome(definition(4), true).storedVersions, ['v2']);
  assert.equal(outcome(definition(3), true).storedVersions, undefined);
  assert.match(
    outcome(definition(3), true).condition.message!,
    /but the stored versions have not been updated due to a generation mismatch$/,
  );
  assert.deepEqual(outcome(definition(4), false), {
    condition: { status: 'False', reason: 'MigrationFailed', message: 'The migration has failed' },
  });
});

it('an object that is deleted, made again or written while it is rewritten stays as it is', async (t) => {
  const cluster = await simCluster({}, t);
  const { client } = cluster;
  for (const name of ['deleted', 'made-again', 'written']) await client.create(ConfigMap, configMap(name));
  const interfere = async (path: string) => {
    const name = path.split('/').at(-1)!;
    if (name === 'kube-root-ca.crt') return;
    if (name !== 'written') await client.delete(ConfigMap, name, 'default');
    if (name === 'made-again')
      await client.create(ConfigMap, { ...configMap(name), data: { by: 'another' } });
    if (name === 'written')
      await client.patch(ConfigMap, name, 'default', 'merge', { data: { by: 'another' } });
  };
  const raced = new RestClient({
    transport: {
      request: async (request) => {
        if (request.method === 'PATCH') await interfere(request.path);
        return cluster.transport.request(request);
      },
      watch: (request) => cluster.transport.watch(request),
    },
  });
  const { resourceVersion } = await client.list(ConfigMap, { limit: 1, namespace: 'default' });
  await rewriteAll(raced, ConfigMap, resourceVersion, () => true);
  const { items } = await client.list(ConfigMap, { namespace: 'default' });
  const left = items.filter(({ data }) => data?.by === 'another').map(({ metadata }) => metadata.name);
  assert.deepEqual(
    [left, items.some(({ metadata }) => metadata.name === 'deleted')],
    [['made-again', 'written'], false],
  );
});

it('errors that pass do not end a migration', () => {
  assert.ok(passes(new Error('connection reset')));
  assert.ok(passes(failure(429, 'TooManyRequests', '')));
  assert.ok(!passes(failure(422, 'Invalid', '')));
  assert.ok(isConflict(failure(409, 'Conflict', '')) && !passes(failure(409, 'Conflict', '')));
});
