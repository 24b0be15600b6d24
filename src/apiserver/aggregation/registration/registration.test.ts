import assert from 'node:assert/strict';
import { describe, it, type TestContext, test } from 'node:test';
import type { APIService } from '../../../api/kinds/apiregistration/v1/api-service.ts';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { openMemoryStore } from '../../../store/memory/memory-store.ts';
import { type Action, actionFor, MANAGED_LABEL, type Registered, serviceOf } from './decide.ts';

const PATH = '/apis/apiregistration.k8s.io/v1/apiservices';
const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

const registered = (mode: Registered['mode']): Registered => ({
  group: 'g.io',
  version: 'v1',
  priority: { group: 1000, version: 100 },
  mode,
});
const stored = (mode: Registered['mode'] | undefined, changed = true): APIService => {
  const service = serviceOf(registered(mode ?? 'true'));
  if (!mode) delete service.metadata.labels;
  return changed ? { ...service, spec: { ...service.spec!, versionPriority: 7 } } : service;
};

describe('the table of autoregister_controller.go', () => {
  const absent = undefined;
  const onStart = registered('onstart');
  const always = registered('true');
  const rows: [string, Registered | undefined, APIService | undefined, boolean, Action, Action][] = [
    ['2A', absent, undefined, false, 'none', 'none'],
    ['2B', onStart, undefined, false, 'create', 'none'],
    ['2C', always, undefined, false, 'create', 'create'],
    ['3A', absent, stored(undefined), true, 'none', 'none'],
    ['3B', onStart, stored(undefined), true, 'none', 'none'],
    ['3C', always, stored(undefined), true, 'none', 'none'],
    ['4A', absent, stored('onstart'), false, 'none', 'none'],
    ['4B', onStart, stored('onstart'), false, 'none', 'none'],
    ['4C', always, stored('onstart'), false, 'none', 'none'],
    ['5A', absent, stored('onstart'), true, 'delete', 'none'],
    ['5B', onStart, stored('onstart'), true, 'update', 'none'],
    ['5C', always, stored('onstart'), true, 'update', 'none'],
    ['6A', absent, stored('true'), false, 'delete', 'delete'],
    ['6B', onStart, stored('true'), false, 'update', 'none'],
    ['6C', always, stored('true'), false, 'update', 'update'],
    ['6C, as wanted', always, stored('true', false), false, 'none', 'none'],
  ];
  for (const [name, wanted, current, presentAtStart, first, again] of rows)
    it(name, () => {
      assert.equal(actionFor(wanted, current, { presentAtStart, synced: false }), first);
      assert.equal(actionFor(wanted, current, { presentAtStart, synced: true }), again);
    });
});

const definition = (plural: string, ...versions: string[]) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.g.io` },
  spec: {
    group: 'g.io',
    scope: 'Cluster',
    names: { plural, kind: plural },
    versions: versions.map((name, i) => ({
      name,
      served: true,
      storage: i === 0,
      schema: { openAPIV3Schema: { type: 'object' } },
    })),
  },
});

async function served(cluster: SimCluster, name: string): Promise<number> {
  await cluster.settle();
  return (await cluster.call('GET', `${PATH}/${name}`)).status;
}

async function start(t: TestContext, options = {}): Promise<SimCluster> {
  const cluster = await simCluster(options);
  t.after(() => cluster.stop());
  return cluster;
}

test('built-in groups are registered when the server starts', async (t) => {
  const cluster = await start(t);
  const { body } = await cluster.call('GET', PATH);
  const names = body.items.map((item: APIService) => item.metadata.name);
  assert.ok(names.includes('v1.') && names.includes('v2.autoscaling'));
  assert.ok(!names.includes('v1.apiregistration.k8s.io'));
  const { body: apps } = await cluster.call('GET', `${PATH}/v1.apps`);
  assert.deepEqual(apps.metadata.labels, { [MANAGED_LABEL]: 'onstart' });
  assert.deepEqual(apps.spec, {
    group: 'apps',
    version: 'v1',
    groupPriorityMinimum: 17_800,
    versionPriority: 15,
  });
  const { lastTransitionTime, ...condition } = apps.status.conditions[0];
  assert.ok(lastTransitionTime);
  assert.deepEqual(condition, {
    type: 'Available',
    status: 'True',
    reason: 'Local',
    message: 'Local APIServices are always available',
  });
});

test('groups of definitions are registered while a definition serves them', async (t) => {
  const cluster = await start(t);
  await create(cluster, DEFINITIONS, definition('as', 'v1', 'v2'));
  await create(cluster, DEFINITIONS, definition('bs', 'v1'));
  assert.equal(await served(cluster, 'v1.g.io'), 200);
  assert.equal(await served(cluster, 'v2.g.io'), 200);
  const { body } = await cluster.call('GET', `${PATH}/v1.g.io`);
  assert.deepEqual(body.metadata.labels, { [MANAGED_LABEL]: 'true' });
  assert.deepEqual(body.spec, {
    group: 'g.io',
    version: 'v1',
    groupPriorityMinimum: 1000,
    versionPriority: 100,
  });
  await cluster.call('DELETE', `${DEFINITIONS}/as.g.io`);
  assert.equal(await served(cluster, 'v2.g.io'), 404);
  assert.equal(await served(cluster, 'v1.g.io'), 200);
  await cluster.call('DELETE', `${DEFINITIONS}/bs.g.io`);
  assert.equal(await served(cluster, 'v1.g.io'), 404);
});

test('an APIService of a definition is restored, that of a built-in group is not before the next start', async (t) => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const cluster = await start(t, { clock, apiServer: { store } });
  await create(cluster, DEFINITIONS, definition('as', 'v1'));
  assert.equal(await served(cluster, 'v1.g.io'), 200);
  for (const name of ['v1.g.io', 'v1.batch']) await cluster.call('DELETE', `${PATH}/${name}`);
  assert.equal(await served(cluster, 'v1.g.io'), 200);
  assert.equal(await served(cluster, 'v1.batch'), 404);
  await cluster.api.stop();
  const next = await start(t, { clock, apiServer: { store } });
  assert.equal(await served(next, 'v1.batch'), 200);
});

test('edited priorities of built-in groups decide the order of discovery, until the next start', async (t) => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const cluster = await start(t, { clock, apiServer: { store } });
  const order = async ({ call }: SimCluster) => {
    const accept = 'application/json;as=APIGroupDiscoveryList;v=v2;g=apidiscovery.k8s.io';
    const [{ body: list }, { body: discovery }] = await Promise.all([
      call('GET', '/apis'),
      call('GET', '/apis', undefined, { headers: { accept } }),
    ]);
    const groups = list.groups.map(({ name }: { name: string }) => name);
    const aggregated = discovery.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    assert.deepEqual(aggregated, groups);
    const { body: autoscaling } = await call('GET', '/apis/autoscaling');
    return { groups, preferred: autoscaling.preferredVersion.version };
  };
  const before = await order(cluster);
  assert.deepEqual(before.groups.slice(0, 2), ['apiregistration.k8s.io', 'apps']);
  assert.equal(before.preferred, 'v2');
  const edit = (name: string, spec: object) =>
    cluster.call(
      'PATCH',
      `${PATH}/${name}`,
      { spec },
      { headers: { 'content-type': 'application/merge-patch+json' } },
    );
  assert.equal((await edit('v1.policy', { groupPriorityMinimum: 20_000 })).status, 200);
  assert.equal((await edit('v1.autoscaling', { versionPriority: 50 })).status, 200);
  const edited = await order(cluster);
  assert.deepEqual(edited.groups.slice(0, 3), ['apiregistration.k8s.io', 'policy', 'apps']);
  assert.equal(edited.preferred, 'v1');
  await cluster.api.stop();
  assert.deepEqual(await order(await start(t, { clock, apiServer: { store } })), before);
});

test('an APIService whose group is gone is deleted when the server starts', async (t) => {
  const clock = new SteppedClock();
  const store = openMemoryStore({ clock });
  const cluster = await start(t, { clock, apiServer: { store } });
  for (const mode of ['true', 'onstart'] as const) {
    const service = serviceOf({ ...registered(mode), group: `${mode}.io` });
    await create(cluster, PATH, service);
  }
  assert.equal(await served(cluster, 'v1.true.io'), 404);
  assert.equal(await served(cluster, 'v1.onstart.io'), 200);
  await cluster.api.stop();
  const next = await start(t, { clock, apiServer: { store } });
  assert.equal(await served(next, 'v1.onstart.io'), 404);
});
