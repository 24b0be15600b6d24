// Validation takes work in proportion to the size of the object: an object may have tens of thousands of items in one list.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aPod } from '../../sim/objects/pod.ts';
import { aService } from '../../sim/objects/service.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import type { KubeObject } from '../meta/v1/resource.ts';
import { invalid } from '../status/status-error.ts';
import { validateCreate, validateStatusUpdate } from './validate.ts';

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

test('errors that each show the whole list do not multiply its size', () => {
  const reference = { apiVersion: 'v1', kind: 'Pod', uid: 'u', controller: true };
  const ownerReferences = Array.from({ length: 10_000 }, (_, i) => ({ ...reference, name: `owner-${i}` }));
  const errors = validateCreate(Pod, aPod('a', {}, { ownerReferences }));
  const status = JSON.stringify(invalid({ group: '', kind: 'Pod' }, 'a', errors).status);
  assert.match(status, /Only one reference can have Controller set to true/);
  assert.ok(status.length < 2_000_000, `${status.length} characters`);
});
