import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PodCertificateRequest } from '../../api/kinds/certificates/v1beta1/pod-certificate-request.ts';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { type Attributes, resourceAttributes } from './attributes.ts';
import { NodeAuthorizer, type NodeCaches } from './node-authorizer.ts';
import { person, StoredObjects } from './stored.fake.ts';

let objects: StoredObjects;
let authorizer: NodeAuthorizer;

const caches = (): NodeCaches => ({
  pods: objects.cache(Pod),
  claims: objects.cache(PersistentVolumeClaim),
  volumes: objects.cache(PersistentVolume),
  attachments: objects.cache(VolumeAttachment),
  slices: objects.cache(ResourceSlice),
});

beforeEach(async () => {
  objects = new StoredObjects();
  authorizer = new NodeAuthorizer(caches());
  await objects.put(Pod, {
    metadata: { namespace: 'ns', name: 'p' },
    spec: {
      nodeName: 'n1',
      serviceAccountName: 'robot',
      imagePullSecrets: [{ name: 'pull' }],
      containers: [
        {
          name: 'c',
          envFrom: [{ configMapRef: { name: 'from' } }],
          env: [{ name: 'E', valueFrom: { secretKeyRef: { name: 'env', key: 'k' } } }],
        },
      ],
      volumes: [
        { name: 'a', secret: { secretName: 'vol' } },
        { name: 'b', projected: { sources: [{ configMap: { name: 'kube-root-ca.crt' } }] } },
        { name: 'c', persistentVolumeClaim: { claimName: 'data' } },
      ],
    },
  });
});

const node = (name: string) => person(`system:node:${name}`, 'system:nodes');
const ask = (verb: string, resource: string, more: Partial<Attributes> = {}) => {
  const [main = '', subresource = ''] = resource.split('/');
  return resourceAttributes({ verb, resource: main, subresource, ...more });
};
const onNode = (value: string): Partial<Attributes> => ({
  fieldSelector: [{ field: 'spec.nodeName', operator: '=', value }],
});
const may = (name: string, what: Attributes) => authorizer.authorize(node(name), what).allowed;
const why = (name: string, what: Attributes) => authorizer.authorize(node(name), what).reason;
const inNs = (verb: string, resource: string, name: string) => ask(verb, resource, { namespace: 'ns', name });

test('a node may read only the objects that its pods need', async () => {
  for (const [resource, name] of [
    ['secrets', 'vol'],
    ['secrets', 'env'],
    ['secrets', 'pull'],
    ['configmaps', 'from'],
    ['configmaps', 'kube-root-ca.crt'],
    ['persistentvolumeclaims', 'data'],
    ['serviceaccounts', 'robot'],
    ['pods', 'p'],
  ] as const) {
    assert.equal(may('n1', inNs('get', resource, name)), true, `${resource} ${name}`);
    assert.equal(may('n2', inNs('get', resource, name)), false, `${resource} ${name}`);
    assert.equal(may('n1', ask('get', resource, { namespace: 'other', name })), false);
  }
  assert.equal(may('n1', inNs('watch', 'secrets', 'vol')), true);
  assert.equal(
    why('n1', inNs('get', 'secrets', 'x')),
    "no relationship found between node 'n1' and this object",
  );
  assert.equal(why('n1', ask('list', 'secrets', { namespace: 'ns' })), 'No Object name found');
  assert.equal(why('n1', inNs('update', 'secrets', 'vol')), 'can only read resources of this type');
  await objects.remove(Pod, 'ns', 'p');
  assert.equal(may('n1', inNs('get', 'secrets', 'vol')), false);
});

test('a node may read a volume while one of its pods uses the claim', async () => {
  const volume = ask('get', 'persistentvolumes', { name: 'pv' });
  assert.equal(may('n1', volume), false);
  await objects.put(PersistentVolume, {
    metadata: { name: 'pv' },
    spec: {
      claimRef: { namespace: 'ns', name: 'data' },
      csi: { nodePublishSecretRef: { namespace: 'drivers', name: 'key' } },
    },
  });
  await objects.put(PersistentVolumeClaim, {
    metadata: { namespace: 'ns', name: 'data' },
    spec: { volumeName: 'pv' },
  });
  assert.deepEqual([may('n1', volume), may('n2', volume)], [true, false]);
  const secret = ask('get', 'secrets', { namespace: 'drivers', name: 'key' });
  assert.deepEqual([may('n1', secret), may('n2', secret)], [true, false]);
});

test('a node may create tokens only for service accounts of its pods', () => {
  assert.equal(may('n1', inNs('create', 'serviceaccounts/token', 'robot')), true);
  assert.equal(may('n1', inNs('create', 'serviceaccounts/token', 'default')), false);
  assert.equal(may('n2', inNs('create', 'serviceaccounts/token', 'robot')), false);
});

test('a node may access its own Node, Lease and pods', () => {
  const lease = (name: string, namespace = 'kube-node-lease') =>
    ask('update', 'leases', { group: 'coordination.k8s.io', namespace, name });
  assert.deepEqual([may('n1', lease('n1')), may('n1', lease('n2'))], [true, false]);
  assert.equal(
    why('n1', lease('n1', 'x')),
    'can only access leases in the "kube-node-lease" system namespace',
  );
  assert.equal(may('n1', ask('watch', 'nodes', { name: 'n1' })), true);
  assert.equal(why('n1', ask('list', 'nodes')), "node 'n1' cannot read all nodes, only its own Node object");
  assert.equal(may('n1', ask('watch', 'pods', onNode('n1'))), true);
  assert.equal(may('n1', ask('watch', 'pods', onNode('n2'))), false);
  assert.equal(why('n1', ask('list', 'pods')), 'can only list/watch pods with spec.nodeName field selector');
});

test('other requests of a node are allowed by the role system:node', () => {
  assert.equal(may('n1', ask('list', 'services')), true);
  assert.equal(may('n1', ask('patch', 'nodes/status', { name: 'n1' })), true);
  assert.equal(may('n1', inNs('patch', 'pods/status', 'p')), true);
  assert.equal(may('n1', ask('create', 'events', { namespace: 'ns' })), true);
  assert.equal(may('n1', ask('delete', 'nodes', { name: 'n1' })), false);
  assert.equal(may('n1', ask('create', 'deployments', { group: 'apps', namespace: 'ns' })), false);
});

test('the node authorizer has no opinion on other users', () => {
  const impostor = person('system:node:n1');
  assert.deepEqual(authorizer.authorize(impostor, inNs('get', 'secrets', 'vol')), {
    allowed: false,
    reason: '',
  });
});

test('a mirror pod gives the node that created it access to nothing but itself', async () => {
  await objects.put(Pod, {
    metadata: { namespace: 'ns', name: 'm', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    spec: {
      nodeName: 'n3',
      serviceAccountName: 'robot',
      containers: [{ name: 'c', envFrom: [{ secretRef: { name: 'env' } }] }],
      volumes: [{ name: 'c', persistentVolumeClaim: { claimName: 'data' } }],
    },
  });
  assert.equal(may('n3', inNs('get', 'pods', 'm')), true);
  for (const [resource, name] of [
    ['secrets', 'env'],
    ['serviceaccounts', 'robot'],
    ['persistentvolumeclaims', 'data'],
  ] as const)
    assert.equal(may('n3', inNs('get', resource, name)), false, resource);
});

test('a node may write the status of a claim that its pods use, but not read it', () => {
  const status = (verb: string) => inNs(verb, 'persistentvolumeclaims/status', 'data');
  assert.deepEqual(
    ['get', 'update', 'patch', 'delete'].map((verb) => may('n1', status(verb))),
    [false, true, true, false],
  );
  assert.equal(why('n1', status('get')), 'can only get/update/patch this type');
  assert.equal(may('n2', status('patch')), false);
});

test('a node may access only ResourceSlices that name it', async () => {
  await objects.put(ResourceSlice, { metadata: { name: 's' }, spec: { nodeName: 'n1' } });
  const slices = (verb: string, more: Partial<Attributes> = {}) =>
    ask(verb, 'resourceslices', { group: 'resource.k8s.io', ...more });
  assert.deepEqual(
    ['get', 'update', 'patch', 'delete', 'escalate'].map((verb) => may('n1', slices(verb, { name: 's' }))),
    [true, true, true, true, false],
  );
  assert.equal(may('n2', slices('get', { name: 's' })), false);
  assert.equal(may('n1', slices('create')), true);
  assert.deepEqual(
    ['n1', 'n2', undefined].map((name) => may('n1', slices('list', name ? onNode(name) : {}))),
    [true, false, false],
  );
});

test('a node may create PodCertificateRequests and read its own, where they are served', async () => {
  const requests = (verb: string, more: Partial<Attributes> = {}, resource = 'podcertificaterequests') =>
    ask(verb, resource, { group: 'certificates.k8s.io', namespace: 'ns', ...more });
  assert.equal(may('n1', requests('create')), false);
  authorizer = new NodeAuthorizer({ ...caches(), certificateRequests: objects.cache(PodCertificateRequest) });
  await objects.put(PodCertificateRequest, {
    metadata: { namespace: 'ns', name: 'r' },
    spec: { nodeName: 'n1' } as PodCertificateRequest['spec'],
  });
  assert.equal(may('n1', requests('create')), true);
  assert.deepEqual(
    ['n1', 'n2'].map((one) => may(one, requests('get', { name: 'r' }))),
    [true, false],
  );
  assert.deepEqual(
    ['n1', 'n2', undefined].map((name) => may('n1', requests('watch', name ? onNode(name) : {}))),
    [true, false, false],
  );
  assert.equal(why('n1', requests('delete', { name: 'r' })), 'nodes may not delete podcertificaterequests');
  assert.equal(
    why('n1', requests('patch', { name: 'r' }, 'podcertificaterequests/status')),
    'nodes may not access the status subresource of PodCertificateRequests',
  );
});

test('what a node may do by its role depends on feature gates', () => {
  const read = ask('watch', 'clustertrustbundles', { group: 'certificates.k8s.io' });
  assert.equal(may('n1', read), false);
  authorizer = new NodeAuthorizer(caches(), (gate) => gate === 'ClusterTrustBundle');
  assert.equal(may('n1', read), true);
});

test('a node may access its own CSINode and attachments, and connect to no pod or node', async () => {
  await objects.put(VolumeAttachment, { metadata: { name: 'a' }, spec: { nodeName: 'n1' } });
  const storage = (verb: string, resource: string, name: string) =>
    ask(verb, resource, { group: 'storage.k8s.io', name });
  assert.deepEqual(
    ['n1', 'n2'].map((one) => may(one, storage('get', 'volumeattachments', 'a'))),
    [true, false],
  );
  assert.deepEqual(
    ['n1', 'n2'].map((one) => may(one, storage('update', 'csinodes', 'n1'))),
    [true, false],
  );
  assert.deepEqual(
    ['list', 'watch', 'get', 'update'].map((verb) => may('n1', storage(verb, 'csidrivers', 'd'))),
    [true, true, true, false],
  );
  for (const verb of ['list', 'watch', 'create', 'update', 'delete'])
    assert.equal(may('n1', storage(verb, 'volumeattachments', 'a')), false, verb);
  for (const resource of [
    'nodes/proxy',
    'pods/exec',
    'pods/attach',
    'pods/portforward',
    'pods/proxy',
    'pods/binding',
  ])
    assert.equal(may('n1', inNs('create', resource, 'p')), false, resource);
});

test('the secrets of every kind of volume are readable only through a claim of the node', async () => {
  const secretRef = { name: 'key' };
  for (const source of [
    { azureFile: { shareName: 's', secretName: 'key' } },
    { cinder: { volumeID: 'v', secretRef: { ...secretRef, namespace: 'ns' } } },
    { iscsi: { targetPortal: 'p', iqn: 'i', lun: 0, secretRef } },
    { csi: { driver: 'd', volumeHandle: 'h', nodeStageSecretRef: { ...secretRef, namespace: 'ns' } } },
  ]) {
    const claimRef = { namespace: 'ns', name: 'data' };
    await objects.put(PersistentVolume, { metadata: { name: 'pv' }, spec: { claimRef, ...source } });
    await objects.put(PersistentVolumeClaim, {
      metadata: { namespace: 'ns', name: 'data' },
      spec: { volumeName: 'pv' },
    });
    assert.deepEqual(
      ['n1', 'n2'].map((one) => may(one, inNs('get', 'secrets', 'key'))),
      [true, false],
    );
  }
  const controller = { csi: { driver: 'd', controllerPublishSecretRef: { namespace: 'ns', name: 'key' } } };
  await objects.put(PersistentVolume, {
    metadata: { name: 'pv' },
    spec: { claimRef: { namespace: 'ns', name: 'data' }, ...controller },
  });
  assert.equal(may('n1', inNs('get', 'secrets', 'key')), false);
});
