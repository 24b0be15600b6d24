import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../api/features/feature-gates.ts';
import { otherKinds } from '../api/scheme/other-kinds.ts';
import { otherVersions } from '../api/scheme/other-versions.ts';
import { servedApis } from '../cluster/runtime-config.ts';
import { simCluster } from '../sim/cluster.ts';

const GATES = new FeatureGates('AllAlpha=true,AllBeta=true');
const configured = async (flag: string, features = GATES) => {
  const apis = await servedApis(flag, features);
  return simCluster({ apiServer: apis ? { apis } : {} });
};

test('a beta version that is turned on has the objects, rules and columns of the stable one', async () => {
  const { call } = await configured('api/beta=true');
  const path = '/apis/storage.k8s.io/v1beta1/volumeattributesclasses';
  const object = (driverName?: string) => ({
    apiVersion: 'storage.k8s.io/v1beta1',
    kind: 'VolumeAttributesClass',
    metadata: { name: 'gold' },
    parameters: { tier: 'gold' },
    ...(driverName && { driverName }),
  });
  const refused = await call('POST', path, object());
  assert.equal(refused.status, 422, JSON.stringify(refused.body));
  const made = await call('POST', path, object('csi.example.com'));
  assert.deepEqual([made.status, made.body.apiVersion], [201, 'storage.k8s.io/v1beta1']);
  const stable = await call('GET', '/apis/storage.k8s.io/v1/volumeattributesclasses/gold');
  assert.deepEqual(
    [stable.body.apiVersion, stable.body.driverName],
    ['storage.k8s.io/v1', 'csi.example.com'],
  );
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const table = await call('GET', path, undefined, { headers });
  assert.deepEqual(table.body.rows[0].cells.slice(0, 2), ['gold', 'csi.example.com']);
  const list = await call('GET', path);
  assert.equal(list.body.apiVersion, 'storage.k8s.io/v1beta1');
  const group = await call('GET', '/apis/networking.k8s.io');
  assert.deepEqual(
    group.body.versions.map(({ version }: { version: string }) => version),
    ['v1', 'v1beta1'],
  );
  assert.equal((await call('GET', '/openapi/v3/apis/networking.k8s.io/v1beta1')).status, 200);
});

test('every kind without a stable version, and every further version, is served, listed and described', async () => {
  const { call } = await configured('api/all=true');
  for (const { resource } of [...otherKinds, ...otherVersions]) {
    const root = `/apis/${resource.group}/${resource.version}`;
    const list = await call('GET', `${root}/${resource.plural}`);
    assert.deepEqual([list.status, list.body.kind], [200, `${resource.kind}List`], root);
    const known = await call('GET', root);
    assert.ok(known.body.resources.some(({ name }: { name: string }) => name === resource.plural));
    assert.equal((await call('GET', `/openapi/v3${root}`)).status, 200);
  }
});

test('what is off is not there, and is not in discovery', async () => {
  const { call } = await configured('apps/v1/daemonsets=false');
  assert.equal((await call('GET', '/apis/apps/v1/daemonsets')).status, 404);
  const { body } = await call('GET', '/apis/apps/v1');
  const names = body.resources.map(({ name }: { name: string }) => name);
  assert.deepEqual([names.includes('daemonsets'), names.includes('deployments')], [false, true]);
  assert.equal((await call('GET', '/apis/networking.k8s.io/v1beta1/ipaddresses')).status, 404);
});

const MIGRATIONS = '/apis/storagemigration.k8s.io/v1beta1/storageversionmigrations';
const migration = (name: string, resource: string) => ({
  apiVersion: 'storagemigration.k8s.io/v1beta1',
  kind: 'StorageVersionMigration',
  metadata: { name },
  spec: { resource: { group: '', resource } },
});

test('kinds without a stable version are there only when they are turned on', async () => {
  const off = await simCluster();
  for (const { resource } of otherKinds) {
    const root = `/apis/${resource.group}/${resource.version}/${resource.plural}`;
    assert.equal((await off.call('GET', root)).status, 404, root);
  }
  const { body } = await off.call('GET', '/apis');
  assert.ok(!JSON.stringify(body).includes('storagemigration.k8s.io'));
  const one = await configured('storagemigration.k8s.io/v1beta1=true');
  const apis = await servedApis('storagemigration.k8s.io/v1beta1=true', GATES);
  assert.deepEqual([apis?.more.length, apis?.strategies.size], [1, 1], 'nothing is stored of what is off');
  assert.equal((await one.call('GET', MIGRATIONS)).status, 200);
  assert.equal((await one.call('GET', '/apis/coordination.k8s.io/v1beta1/leasecandidates')).status, 404);
  const ungated = await configured('api/all=true', new FeatureGates());
  assert.equal((await ungated.call('GET', MIGRATIONS)).status, 404);
  assert.equal((await ungated.call('GET', '/apis/coordination.k8s.io/v1beta1/leasecandidates')).status, 200);
});

test('a kind without a stable version has its rules, columns and status', async () => {
  const { call } = await configured('api/beta=true');
  assert.equal((await call('POST', MIGRATIONS, migration('a', 'No'))).status, 422);
  const made = await call('POST', MIGRATIONS, {
    ...migration('a', 'secrets'),
    status: { resourceVersion: '3' },
  });
  assert.deepEqual([made.status, made.body.status], [201, {}]);
  const put = await call('PUT', `${MIGRATIONS}/a/status`, {
    ...made.body,
    metadata: { ...made.body.metadata, labels: { a: 'b' } },
    status: {
      conditions: [
        {
          ...{ type: 'Succeeded', status: 'True', reason: 'Done', message: '' },
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
    },
  });
  assert.deepEqual([put.status, put.body.metadata.labels], [200, undefined]);
  const headers = { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' };
  const table = await call('GET', MIGRATIONS, undefined, { headers });
  assert.deepEqual(table.body.rows[0].cells, ['a', 'secrets', 'Succeeded']);
  const unversioned = await call('PUT', `${MIGRATIONS}/a`, migration('a', 'secrets'));
  assert.equal(unversioned.status, 422, JSON.stringify(unversioned.body));
});

test('a version of such a kind is there without the one in which it is stored', async () => {
  const { call } = await configured('coordination.k8s.io/v1alpha2=true');
  const path = '/apis/coordination.k8s.io/v1alpha2/namespaces/default/leasecandidates';
  const made = await call('POST', path, {
    apiVersion: 'coordination.k8s.io/v1alpha2',
    kind: 'LeaseCandidate',
    metadata: { name: 'a' },
    spec: {
      ...{ leaseName: 'l', binaryVersion: '1.36.0', emulationVersion: '1.35.0' },
      strategy: 'OldestEmulationVersion',
    },
  });
  assert.deepEqual([made.status, made.body.apiVersion], [201, 'coordination.k8s.io/v1alpha2']);
  assert.equal((await call('GET', '/apis/coordination.k8s.io/v1beta1/leasecandidates')).status, 404);
});

test('the time of a device taint is that of its effect, and counts as a change of the rule', async () => {
  const { call, clock } = await configured('resource.k8s.io/v1alpha3=true');
  const path = '/apis/resource.k8s.io/v1alpha3/devicetaintrules';
  const made = await call('POST', path, {
    apiVersion: 'resource.k8s.io/v1alpha3',
    kind: 'DeviceTaintRule',
    metadata: { name: 'a' },
    spec: { deviceSelector: { driver: 'gpu.example.com' }, taint: { key: 'bad', effect: 'NoSchedule' } },
  });
  const { timeAdded } = made.body.spec.taint;
  assert.deepEqual([made.status, made.body.metadata.generation, typeof timeAdded], [201, 1, 'string']);
  await clock.step(5000);
  const patched = async (taint: object) => {
    const headers = { 'content-type': 'application/merge-patch+json' };
    const { body } = await call('PATCH', `${path}/a`, { spec: { taint } }, { headers });
    return [body.metadata.generation, body.spec.taint.timeAdded === timeAdded];
  };
  assert.deepEqual(await patched({ value: 'x' }), [2, true]);
  assert.deepEqual(await patched({ effect: 'NoExecute' }), [3, false]);
});
