import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { seededRandom } from '../../kit/random.ts';
import { encoder } from '../watch-cache/encoding.ts';
import { etcdCodec } from './etcd-codec.ts';

const codec = etcdCodec(seededRandom(1));

/** What kube-apiserver v1.36 wrote into etcd for `kubectl create namespace tiny`. */
const NAMESPACE = Buffer.from(
  '6b3873000a0f0a02763112094e616d6573706163651280020ae5010a0474696e7912001a0022002a2435363161323265302d316638322d346336652d393034382d62' +
    '373761663439306338363932003800420808bf98b7d80610005a230a1b6b756265726e657465732e696f2f6d657461646174612e6e616d65120474696e798a017d' +
    '0a0e6b75626563746c2d63726561746512065570646174651a027631220808bf98b7d806100032084669656c647356313a490a477b22663a6d65746164617461223a' +
    '7b22663a6c6162656c73223a7b222e223a7b7d2c22663a6b756265726e657465732e696f2f6d657461646174612e6e616d65223a7b7d7d7d7d4200120c0a0a6b75' +
    '6265726e657465731a080a064163746976651a002200',
  'hex',
);
/** And for the taken node ports, when there were none. */
const PORTS = Buffer.from(
  '6b3873000a150a027631120f52616e6765416c6c6f636174696f6e12210a100a0012001a0022002a00320038004200120b33303030302d33323736371a001a002200',
  'hex',
);

describe("keys in etcd are kube-apiserver's", () => {
  const pairs: readonly (readonly [string, string])[] = [
    ['/registry/pods/ns/p', 'pods/ns/p'],
    ['/registry/nodes/n', 'minions/n'],
    ['/registry/services/ns/s', 'services/specs/ns/s'],
    ['/registry/endpoints/ns/s', 'services/endpoints/ns/s'],
    ['/registry/replicationcontrollers/ns/r', 'controllers/ns/r'],
    ['/registry/events/ns/e', 'events/ns/e'],
    ['/registry/apps/deployments/ns/d', 'deployments/ns/d'],
    ['/registry/coordination.k8s.io/leases/ns/l', 'leases/ns/l'],
    ['/registry/networking.k8s.io/ingresses/ns/i', 'ingress/ns/i'],
    ['/registry/networking.k8s.io/networkpolicies/ns/n', 'networkpolicies/ns/n'],
    ['/registry/rbac.authorization.k8s.io/clusterroles/system:node', 'clusterroles/system:node'],
    ['/registry/apiregistration.k8s.io/apiservices/v1.apps', 'apiregistration.k8s.io/apiservices/v1.apps'],
    [
      '/registry/apiextensions.k8s.io/customresourcedefinitions/a.b.c',
      'apiextensions.k8s.io/customresourcedefinitions/a.b.c',
    ],
    ['/registry/example.com/widgets/ns/w', 'example.com/widgets/ns/w'],
    ['/registry/ranges/servicenodeports', 'ranges/servicenodeports'],
    ['/registry/masterleases/10.0.0.1', 'masterleases/10.0.0.1'],
  ];
  for (const [key, path] of pairs)
    it(path, () => {
      assert.equal(codec.toEtcd(key), path);
      assert.equal(codec.fromEtcd(path), key);
    });

  it('a key that would be read as that of another object is none', () => {
    assert.equal(codec.fromEtcd('apps/deployments/ns/d'), undefined);
    assert.equal(codec.fromEtcd('nodes/n'), undefined);
  });
});

describe('values in etcd', () => {
  const object = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'c', namespace: 'ns', uid: 'u-1', creationTimestamp: '2026-01-01T00:00:00Z' },
    data: { a: '"uid":"x","resourceVersion":"0"' },
  };
  const value = encoder(object);

  it('are JSON without a resourceVersion, and come back with that of the write', () => {
    const stored = codec.encode('k', value(0));
    const text = stored.toString();
    assert.equal(JSON.parse(text).metadata.resourceVersion, undefined);
    assert.deepEqual(JSON.parse(text), { ...object, kind: 'ConfigMap' });
    assert.equal(text.trimEnd().length + 26, text.length);
    assert.equal(codec.decode('k', stored, 1234).toString(), value(1234).toString());
    assert.deepEqual(codec.decode('k', codec.encode('k', value(77)), 5), value(5));
  });

  it('differ from write to write', () => {
    assert.ok(!codec.encode('k', value(0)).equals(codec.encode('k', value(0))));
  });

  it('without a uid stay as they are', () => {
    const plain = Buffer.from('{"kind":"RangeAllocation","metadata":{},"data":"x"}');
    assert.deepEqual(codec.decode('k', codec.encode('k', plain), 7), plain);
  });

  it('that are encrypted pass through', () => {
    const sealed = Buffer.from('k8s:enc:aescbc:v1:key:xyz');
    assert.deepEqual(codec.encode('k', sealed), sealed);
    assert.deepEqual(codec.decode('k', sealed, 7), sealed);
  });

  it("are read in kube-apiserver's protobuf", () => {
    const read = JSON.parse(codec.decode('k', NAMESPACE, 42).toString());
    assert.deepEqual(read, {
      kind: 'Namespace',
      apiVersion: 'v1',
      metadata: {
        name: 'tiny',
        uid: '561a22e0-1f82-4c6e-9048-b77af490c869',
        resourceVersion: '42',
        creationTimestamp: '2026-11-30T19:19:27Z',
        labels: { 'kubernetes.io/metadata.name': 'tiny' },
        managedFields: [
          {
            manager: 'kubectl-create',
            operation: 'Update',
            apiVersion: 'v1',
            time: '2026-11-30T19:19:27Z',
            fieldsType: 'FieldsV1',
            fieldsV1: { 'f:metadata': { 'f:labels': { '.': {}, 'f:kubernetes.io/metadata.name': {} } } },
          },
        ],
      },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    });
    const ports = JSON.parse(codec.decode('k', PORTS, 42).toString());
    assert.deepEqual([ports.range, ports.data], ['30000-32767', '']);
  });

  it('of a version that is no longer served are converted', () => {
    const old = {
      apiVersion: 'apiextensions.k8s.io/v1beta1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'w.e.c', uid: 'u' },
      spec: {
        group: 'e.c',
        version: 'v1',
        scope: 'Namespaced',
        names: { plural: 'w', kind: 'W' },
        validation: { openAPIV3Schema: { type: 'object' } },
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'x', type: 'string', JSONPath: '.spec.x' }],
        versions: [{ name: 'v1', served: true, storage: true }],
        conversion: { strategy: 'None' },
      },
    };
    const read = JSON.parse(codec.decode('k', Buffer.from(`${JSON.stringify(old)}\n`), 9).toString());
    assert.equal(read.apiVersion, 'apiextensions.k8s.io/v1');
    assert.deepEqual(read.spec.versions, [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object' } },
        subresources: { status: {} },
        additionalPrinterColumns: [{ name: 'x', type: 'string', jsonPath: '.spec.x' }],
      },
    ]);
    assert.deepEqual(read.spec.conversion, { strategy: 'None' });
  });

  it("that are an object's JSON by others are brought into our form, custom ones included", () => {
    const custom = Buffer.from(
      '{"apiVersion":"e.c/v1","kind":"W","metadata":{"uid":"u","name":"w"},"spec":{"n":12345678901234567}}\n',
    );
    assert.equal(
      codec.decode('k', custom, 3).toString(),
      '{"kind":"W","apiVersion":"e.c/v1","metadata":{"name":"w","uid":"u","resourceVersion":"3"},"spec":{"n":12345678901234567}}',
    );
  });

  it('that are no objects are refused', () => {
    assert.throws(() => codec.decode('k', Buffer.from('hello'), 3), /neither JSON nor protobuf/);
    assert.throws(() => codec.decode('k', Buffer.from('k8s\0broken'), 3));
    assert.throws(() => codec.decode('k', Buffer.from('{"kind"'), 3));
  });
});
