import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FeatureGates } from '../../../api/features/feature-gates.ts';
import { ADMIN, type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';

const GROUP = '/apis/resource.k8s.io/v1';
const CLAIMS = `${GROUP}/namespaces/default/resourceclaims`;
const STATUS = `${CLAIMS}/a/status`;
const MERGE = { headers: { 'content-type': 'application/merge-patch+json' } };
const LABEL = 'resource.kubernetes.io/admin-access';

const server = async (gates = ''): Promise<SimCluster> =>
  simCluster({ apiServer: { features: new FeatureGates(gates) } });
const claim = (more: object = {}) => ({
  apiVersion: 'resource.k8s.io/v1',
  kind: 'ResourceClaim',
  metadata: { name: 'a' },
  spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'gpu', ...more } }] } },
});
const device = { driver: 'x.example', pool: 'p', device: 'd' };
const allocated = (more: object = {}) => ({
  devices: { results: [{ request: 'r', ...device, ...more }] },
});
const causes = ({ details }: Body): string[] =>
  details?.causes?.map(({ field, message }: Body) => `${field}: ${message}`) ?? [];

const SHARE = '123e4567-e89b-12d3-a456-426614174000';

test('the status of a claim loses what belongs to features that are off', async () => {
  const cluster = await server(
    'DRAConsumableCapacity=false,DRADeviceBindingConditions=false,DRAResourceClaimDeviceStatus=false,DRAResourceClaimGranularStatusAuthorization=false',
  );
  await create(cluster, CLAIMS, claim());
  const allocation = allocated({
    shareID: SHARE,
    consumedCapacity: { size: '1' },
    bindingConditions: ['a'],
    bindingFailureConditions: ['b'],
  });
  const status = { allocation, devices: [{ ...device, shareID: SHARE }] };
  const { body } = await cluster.call('PATCH', STATUS, { status }, MERGE);
  assert.deepEqual(body.status, { allocation: allocated() });
});

test('what is reported about a device goes with its allocation', async () => {
  const cluster = await server();
  await create(cluster, CLAIMS, claim());
  const status = { allocation: allocated(), devices: [device] };
  const reported = await cluster.call('PATCH', STATUS, { status }, MERGE);
  assert.deepEqual([reported.status, reported.body.status.devices.length], [200, 1]);
  const { body } = await cluster.call('PATCH', STATUS, { status: { allocation: null } }, MERGE);
  assert.deepEqual(body.status, {});
});

test('a write of the status changes no metadata', async () => {
  const cluster = await server();
  const made = await create(cluster, CLAIMS, claim());
  const metadata = { labels: { a: 'b' } };
  const { body } = await cluster.call(
    'PATCH',
    STATUS,
    { metadata, status: { allocation: allocated() } },
    MERGE,
  );
  assert.deepEqual([body.metadata.labels, body.metadata.uid], [undefined, made.metadata.uid]);
  const written = body.metadata.managedFields.find(({ subresource }: Body) => subresource === 'status');
  assert.deepEqual(Object.keys(written.fieldsV1), ['f:status']);
});

test('administrative access is for namespaces with a label', async () => {
  const cluster = await server();
  const why = `Forbidden: admin access to devices requires the \`${LABEL}: true\` label on the containing namespace`;
  const refused = await cluster.call('POST', CLAIMS, claim({ adminAccess: true }));
  assert.deepEqual(causes(refused.body), [`spec.devices.requests[0].adminAccess: ${why}`]);
  const template = {
    ...claim(),
    kind: 'ResourceClaimTemplate',
    spec: { spec: claim({ adminAccess: true }).spec },
  };
  const templates = `${GROUP}/namespaces/default/resourceclaimtemplates`;
  assert.deepEqual(causes((await cluster.call('POST', templates, template)).body), causes(refused.body));
  await create(cluster, CLAIMS, claim());
  const status = { allocation: allocated({ adminAccess: true }) };
  const patched = await cluster.call('PATCH', STATUS, { status }, MERGE);
  assert.deepEqual(causes(patched.body), [`status.allocation.devices.results[0].adminAccess: ${why}`]);
  const label = await cluster.call(
    'PATCH',
    '/api/v1/namespaces/default',
    { metadata: { labels: { [LABEL]: 'true' } } },
    MERGE,
  );
  assert.equal(label.status, 200);
  assert.equal((await cluster.call('PATCH', STATUS, { status }, MERGE)).status, 200);
  assert.equal((await cluster.call('POST', templates, template)).status, 201);
});

async function grant({ call }: SimCluster, name: string, rules: object[]) {
  const metadata = { name };
  const rbac = '/apis/rbac.authorization.k8s.io/v1';
  await call('POST', `${rbac}/clusterroles`, { metadata, rules });
  await call('POST', `${rbac}/clusterrolebindings`, {
    metadata,
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name },
    subjects: [{ kind: 'User', name, apiGroup: 'rbac.authorization.k8s.io' }],
  });
  return { name, groups: ['system:authenticated'] };
}
const rule = (resource: string, verbs: string[], ...resourceNames: string[]) => ({
  ...{ apiGroups: ['resource.k8s.io'], resources: [resource], verbs },
  ...(resourceNames.length > 0 && { resourceNames }),
});
const writes = rule('resourceclaims/status', ['patch', 'update']);

test('only who may bind claims changes what is allocated and for whom', async () => {
  const cluster = await server();
  await create(cluster, CLAIMS, claim());
  const status = { allocation: allocated() };
  const writer = await grant(cluster, 'writer', [writes]);
  const refused = await cluster.call('PATCH', STATUS, { status }, { ...MERGE, user: writer });
  assert.deepEqual(causes(refused.body), [
    'status.allocation: Forbidden: changing status.allocation or status.reservedFor requires resource="resourceclaims/binding", verb="patch" permission: resourceclaims.resource.k8s.io is forbidden: User "writer" cannot patch resource "resourceclaims/binding" in API group "resource.k8s.io" at the cluster scope',
  ]);
  const binder = await grant(cluster, 'binder', [writes, rule('resourceclaims/binding', ['patch'])]);
  const allowed = await cluster.call('PATCH', STATUS, { status }, { ...MERGE, user: binder });
  assert.equal(allowed.status, 200, JSON.stringify(allowed.body));
});

const onNode = (node: string) => ({
  nodeSelector: {
    nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
  },
});

test('a driver reports about its own devices, and on its own node with a right for that', async () => {
  const cluster = await server();
  await create(cluster, CLAIMS, claim());
  const allocation = { ...allocated(), ...onNode('n1') };
  await cluster.call('PATCH', STATUS, { status: { allocation } }, MERGE);
  const account = 'system:serviceaccount:kube-system:driver';
  const reports = rule('resourceclaims/driver', ['associated-node:patch'], 'x.example');
  await grant(cluster, account, [writes, reports]);
  const report = (node: string, data: object) => {
    const headers = {
      ...MERGE.headers,
      'impersonate-user': account,
      'impersonate-extra-authentication.kubernetes.io%2fnode-name': node,
    };
    return cluster.call('PATCH', STATUS, { status: { devices: [{ ...device, data }] } }, { headers });
  };
  assert.deepEqual(causes((await report('n2', { a: 1 })).body), [
    'status.devices: Forbidden: changing status.devices requires resource="resourceclaims/driver", verb="[arbitrary-node:patch]" permission: resourceclaims.resource.k8s.io "x.example" is forbidden: User "system:serviceaccount:kube-system:driver" cannot arbitrary-node:patch resource "resourceclaims/driver" in API group "resource.k8s.io" in the namespace "default"',
  ]);
  assert.equal((await report('n1', { a: 1 })).status, 200);
  const other = await grant(cluster, 'other', [
    writes,
    rule('resourceclaims/driver', ['arbitrary-node:patch'], 'y.example'),
  ]);
  const removal = { status: { devices: null } };
  assert.equal((await cluster.call('PATCH', STATUS, removal, { ...MERGE, user: other })).status, 422);
  assert.equal((await cluster.call('PATCH', STATUS, removal, { ...MERGE, user: ADMIN })).status, 200);
});

test('without the gate DRAResourceClaimGranularStatusAuthorization whoever writes the status may allocate', async () => {
  const cluster = await server('DRAResourceClaimGranularStatusAuthorization=false');
  await create(cluster, CLAIMS, claim());
  const writer = await grant(cluster, 'writer', [writes]);
  const status = { allocation: allocated(), devices: [device] };
  const { status: code } = await cluster.call('PATCH', STATUS, { status }, { ...MERGE, user: writer });
  assert.equal(code, 200);
});
