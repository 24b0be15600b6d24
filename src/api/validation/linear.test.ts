// Validation takes work in proportion to the size of the object: an object may have tens of thousands of items in one list.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPod } from '../../sim/objects/pod.ts';
import { aService } from '../../sim/objects/service.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { ResourceQuota } from '../kinds/core/v1/resource-quota.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { NetworkPolicy } from '../kinds/networking/v1/network-policy.ts';
import { CSINode } from '../kinds/storage/v1/csi-node.ts';
import { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import type { KubeObject } from '../meta/v1/resource.ts';
import { invalid } from '../status/status-error.ts';
import { validateCreate, validateStatusUpdate, validateUpdate } from './validate.ts';

/** Lists whose items count how often a field of theirs is read. */
function counted<T extends object>(count: number, field: keyof T, make: (i: number) => T) {
  const reads = { count: 0 };
  const items = Array.from({ length: count }, (_, i) => {
    const item = make(i);
    const value = item[field];
    return Object.defineProperty(item, field, {
      enumerable: true,
      get: () => {
        reads.count++;
        return value;
      },
    });
  });
  return { items, reads };
}
const COUNT = 2_000;

test('ports of a service are each looked at a few times', () => {
  const { items, reads } = counted(COUNT, 'port', (i) => ({
    name: `p${i}`,
    port: i + 1,
    targetPort: 1,
    protocol: 'TCP' as const,
  }));
  const service = aService('a', { ports: items });
  assert.deepEqual(
    validateCreate(Service, service).filter(({ field }) => field.startsWith('spec.ports')),
    [],
  );
  assert.ok(reads.count < 20 * COUNT, `${reads.count} reads`);
});

test('topology spread constraints and statuses of containers are each looked at a few times', () => {
  const spread = counted(COUNT, 'topologyKey', (i) => ({
    maxSkew: 1,
    topologyKey: `k${i % (COUNT - 1)}`,
    whenUnsatisfiable: 'DoNotSchedule' as const,
  }));
  const pod = aPod('a', { topologySpreadConstraints: spread.items });
  const repeated = validateCreate(Pod, pod).filter(({ type }) => type === 'FieldValueDuplicate');
  assert.deepEqual(
    repeated.map(({ field, message }) => [field, message]),
    [
      [
        'spec.topologySpreadConstraints[0].{topologyKey, whenUnsatisfiable}',
        'Duplicate value: "{k0, DoNotSchedule}"',
      ],
    ],
  );
  assert.ok(spread.reads.count < 20 * COUNT, `${spread.reads.count} reads`);

  const statuses = (state: object) =>
    counted(COUNT, 'name', (i) => ({
      name: `c${i}`,
      image: 'a',
      imageID: 'a',
      ready: false,
      restartCount: 0,
      state,
    }));
  const [before, now] = [statuses({ terminated: { exitCode: 0 } }), statuses({ running: {} })];
  const withStatus = (items: ReturnType<typeof statuses>['items']) =>
    ({ ...aPod('a'), status: { ephemeralContainerStatuses: items } }) as KubeObject;
  const errors = validateStatusUpdate(Pod, withStatus(now.items), withStatus(before.items));
  assert.equal(errors.filter(({ type }) => type === 'FieldValueForbidden').length, COUNT);
  assert.ok(now.reads.count < 20 * COUNT, `${now.reads.count} reads`);
});

test('drivers of a node, peers of a policy, and topologies of a class are each looked at a few times', () => {
  const metadata = { name: 'a', namespace: 'd', resourceVersion: '1' };
  const drivers = () => counted(COUNT, 'name', (i) => ({ name: `d${i}`, nodeID: 'n' }));
  const [before, now] = [drivers(), drivers()];
  const node = (items: object[]) => ({
    apiVersion: 'v1',
    kind: 'CSINode',
    metadata: { ...metadata, namespace: '' },
    spec: { drivers: items },
  });
  assert.deepEqual(validateUpdate(CSINode, node(now.items), node(before.items)), []);
  const peers = counted(COUNT, 'ipBlock', (i) => ({ ipBlock: { cidr: `10.0.${i >> 8}.${i & 255}/32` } }));
  const policy = {
    apiVersion: 'v1',
    kind: 'NetworkPolicy',
    metadata,
    spec: { podSelector: {}, ingress: [{ from: peers.items }] },
  };
  assert.deepEqual(validateUpdate(NetworkPolicy, policy, policy), []);
  const terms = counted(COUNT, 'matchLabelExpressions', (i) => ({
    matchLabelExpressions: [{ key: 'zone', values: [`z${i}`] }],
  }));
  const storageClass = {
    apiVersion: 'v1',
    kind: 'StorageClass',
    metadata: { name: 'a' },
    provisioner: 'p',
    volumeBindingMode: 'Immediate',
    allowedTopologies: terms.items,
  };
  assert.deepEqual(validateCreate(StorageClass, storageClass), []);
  for (const { count } of [before.reads, now.reads, peers.reads, terms.reads])
    assert.ok(count < 20 * COUNT, `${count} reads`);
});

test('scopes of a quota do not go through all that it limits, each', () => {
  const hard = counted(1, 'hard', () => ({ hard: { pods: '1', cpu: '1' } }));
  const spec = Object.defineProperty(
    { scopes: Array.from({ length: COUNT }, () => 'PriorityClass') },
    'hard',
    { enumerable: true, get: () => hard.items[0]!.hard },
  );
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'a', namespace: 'd' }, spec };
  assert.deepEqual(validateCreate(ResourceQuota, quota), []);
  assert.ok(hard.reads.count < 20, `${hard.reads.count} reads`);
});

test('errors that each show the whole list do not multiply its size', () => {
  const reference = { apiVersion: 'v1', kind: 'Pod', uid: 'u', controller: true };
  const ownerReferences = Array.from({ length: 10_000 }, (_, i) => ({ ...reference, name: `owner-${i}` }));
  const errors = validateCreate(Pod, aPod('a', {}, { ownerReferences }));
  const status = JSON.stringify(invalid({ group: '', kind: 'Pod' }, 'a', errors).status);
  assert.match(status, /Only one reference can have Controller set to true/);
  assert.ok(status.length < 2_000_000, `${status.length} characters`);
});
