import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceSlice } from '../../api/kinds/resource/v1/resource-slice.ts';
import { VolumeAttachment } from '../../api/kinds/storage/v1/volume-attachment.ts';
import { type Attributes, resourceAttributes } from './attributes.ts';
import { NodeAuthorizer } from './node-authorizer.ts';
import { person, StoredObjects } from './stored.fake.ts';

let objects: StoredObjects;
let authorizer: NodeAuthorizer;

beforeEach(async () => {
  objects = new StoredObjects();
  authorizer = new NodeAuthorizer({
    pods: objects.cache(Pod),
    claims: objects.cache(PersistentVolumeClaim),
    volumes: objects.cache(PersistentVolume),
    attachments: objects.cache(VolumeAttachment),
    slices: objects.cache(ResourceSlice),
  });
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
  assert.equal(may('n1', ask('watch', 'pods', { ofNode: 'n1' })), true);
  assert.equal(may('n1', ask('watch', 'pods', { ofNode: 'n2' })), false);
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
