import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { servedApis } from '../../cluster/runtime-config.ts';
import { type Body, create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';

const GROUP = '/apis/resource.k8s.io';
const NAMESPACE = 'namespaces/default';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const NODE = { name: 'system:node:n1', groups: ['system:nodes', 'system:authenticated'] };

let server: SimCluster;
before(async () => {
  const apis = await servedApis(
    'resource.k8s.io/v1beta1=true,resource.k8s.io/v1beta2=true',
    new FeatureGates(),
  );
  server = await simCluster({ apiServer: apis ? { apis } : {} });
});

const object = (kind: string, name: string, spec: object, version = 'v1beta1') => ({
  ...{ apiVersion: `resource.k8s.io/${version}`, kind, metadata: { name }, spec },
});
const claim = (name: string, ...requests: object[]) =>
  object('ResourceClaim', name, { devices: { requests } });
const get = async (version: string, path: string): Promise<Body> => {
  const { status, body } = await server.call('GET', `${GROUP}/${version}/${path}`);
  assert.equal(status, 200, JSON.stringify(body));
  return body;
};
const requestsOf = ({ spec }: Body) => (spec.spec ?? spec).devices.requests;
const beta = `${GROUP}/v1beta1/${NAMESPACE}`;

test('a request of v1beta1 that names a class is an exact request of v1', async () => {
  const made = await create(
    server,
    `${beta}/resourceclaims`,
    claim('exact', { name: 'r', deviceClassName: 'gpu', tolerations: [{ key: 'k' }] }),
  );
  const exact = {
    ...{ deviceClassName: 'gpu', allocationMode: 'ExactCount', count: 1 },
    tolerations: [{ key: 'k', operator: 'Equal' }],
  };
  assert.deepEqual(requestsOf(made), [{ name: 'r', ...exact }]);
  const path = `${NAMESPACE}/resourceclaims/exact`;
  const stored = await get('v1', path);
  assert.deepEqual(
    [stored.apiVersion, requestsOf(stored)],
    ['resource.k8s.io/v1', [{ name: 'r', exactly: exact }]],
  );
  assert.deepEqual(requestsOf(await get('v1beta2', path)), requestsOf(stored));
  assert.deepEqual(requestsOf(await get('v1beta1', path)), [{ name: 'r', ...exact }]);
});

test('alternatives are the same in both versions, without a class of their own', async () => {
  const firstAvailable = [{ name: 's', deviceClassName: 'gpu' }];
  const full = [{ ...firstAvailable[0], allocationMode: 'ExactCount', count: 1 }];
  const made = await create(server, `${beta}/resourceclaims`, claim('first', { name: 'r', firstAvailable }));
  assert.deepEqual(requestsOf(made), [{ name: 'r', deviceClassName: '', firstAvailable: full }]);
  const path = `${NAMESPACE}/resourceclaims/first`;
  assert.deepEqual(requestsOf(await get('v1', path)), [{ name: 'r', firstAvailable: full }]);
  assert.deepEqual(requestsOf(await get('v1beta1', path)), requestsOf(made));
  const again = await server.call('PUT', `${GROUP}/v1beta1/${path}`, await get('v1beta1', path));
  assert.deepEqual([again.status, again.body.metadata.resourceVersion], [200, made.metadata.resourceVersion]);
});

test('templates are converted like claims', async () => {
  const spec = {
    spec: { devices: { requests: [{ name: 'r', deviceClassName: 'gpu', allocationMode: 'All' }] } },
  };
  await create(server, `${beta}/resourceclaimtemplates`, object('ResourceClaimTemplate', 't', spec));
  const { spec: stored } = await get('v1', `${NAMESPACE}/resourceclaimtemplates/t`);
  assert.deepEqual(stored.spec.devices.requests, [
    { name: 'r', exactly: { deviceClassName: 'gpu', allocationMode: 'All' } },
  ]);
  const served = await get('v1beta1', `${NAMESPACE}/resourceclaimtemplates/t`);
  assert.deepEqual(served.spec.spec.devices.requests, spec.spec.devices.requests);
});

test('what a v1beta1 object lacks is named as v1 names it', async () => {
  const { status, body } = await server.call(
    'POST',
    `${beta}/resourceclaims`,
    claim('bad', { name: 'r', count: 2 }),
  );
  assert.deepEqual(
    [status, body.details?.causes[0].field],
    [422, 'spec.devices.requests[0].exactly.deviceClassName'],
    JSON.stringify(body),
  );
});

test('the status of a claim is written in either version', async () => {
  await create(server, `${beta}/resourceclaims`, claim('status', { name: 'r', deviceClassName: 'gpu' }));
  const path = `${NAMESPACE}/resourceclaims/status`;
  const reservedFor = [{ resource: 'pods', name: 'p', uid: 'u' }];
  const results = [{ request: 'r', driver: 'd.example.com', pool: 'p', device: 'd' }];
  const put = await server.call(
    'PATCH',
    `${GROUP}/v1beta1/${path}/status`,
    { status: { allocation: { devices: { results } }, reservedFor } },
    { headers: MERGE },
  );
  assert.equal(put.status, 200, JSON.stringify(put.body));
  assert.deepEqual((await get('v1', path)).status.reservedFor, reservedFor);
});

const pool = { name: 'p', generation: 1, resourceSliceCount: 1 };
const slice = (name: string, version: string, nodeName: string, device: object) =>
  object('ResourceSlice', name, { driver: 'd.example.com', pool, nodeName, devices: [device] }, version);

test('a device of v1beta1 keeps in `basic` what v1 has beside its name', async () => {
  const attributes = { model: { string: 'x' } };
  const path = `${GROUP}/v1beta1/resourceslices`;
  await create(server, path, slice('s', 'v1beta1', 'n1', { name: 'd', basic: { attributes } }));
  assert.deepEqual((await get('v1', 'resourceslices/s')).spec.devices, [{ name: 'd', attributes }]);
  await create(server, `${GROUP}/v1/resourceslices`, slice('t', 'v1', 'n2', { name: 'd', attributes }));
  const served = await get('v1beta1', 'resourceslices/t');
  assert.deepEqual(served.spec.devices, [{ name: 'd', basic: { attributes } }]);
  const selected = await server.call('GET', path, undefined, {
    query: { fieldSelector: 'spec.nodeName=n2' },
  });
  assert.deepEqual(
    selected.body.items.map(({ metadata }: Body) => metadata.name),
    ['t'],
  );
});

test('a node may write its own slices only, in all versions', async () => {
  for (const version of ['v1', 'v1beta1', 'v1beta2']) {
    const ask = (name: string, node: string) =>
      server.call('POST', `${GROUP}/${version}/resourceslices`, slice(name, version, node, { name: 'd' }), {
        user: NODE,
      });
    const denied = await ask(`other-${version}`, 'n2');
    assert.equal(denied.status, 403, version);
    assert.match(
      denied.body.message,
      /can only create ResourceSlice with the same NodeName as the requesting node$/,
    );
    assert.equal((await ask(`own-${version}`, 'n1')).status, 201, version);
  }
});

test('a node gives its slice to no other node, in no version', async () => {
  await create(server, `${GROUP}/v1/resourceslices`, slice('kept', 'v1', 'n1', { name: 'd' }));
  for (const version of ['v1', 'v1beta1', 'v1beta2']) {
    const path = `${GROUP}/${version}/resourceslices/kept`;
    const { status, body } = await server.call(
      'PATCH',
      path,
      { spec: { nodeName: 'n2' } },
      { user: NODE, headers: MERGE },
    );
    assert.equal(status, 422, version);
    assert.match(body.message, /spec.nodeName: Invalid value: "n2": field is immutable$/);
  }
});
