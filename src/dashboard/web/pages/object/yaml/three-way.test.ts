import assert from 'node:assert/strict';
import { test } from 'node:test';
import { conflictsIn, placeOfField, stepsOf, withoutFields } from './managers.ts';
import { same, threeWayMerge, withTheirs, withValue } from './three-way.ts';

const base = {
  spec: {
    replicas: 1,
    paused: true,
    containers: [
      { name: 'app', image: 'a:1', args: ['x'] },
      { name: 'side', image: 's:1' },
    ],
  },
};

test('changes to different fields are both kept', () => {
  const mine = withValue(base, ['spec', 'containers', 0, 'image'], 'a:2');
  const theirs = withValue(
    withValue(base, ['spec', 'replicas'], 3),
    ['spec', 'containers', 1, 'image'],
    's:2',
  );
  assert.deepEqual(threeWayMerge(base, mine, theirs), {
    merged: {
      spec: {
        replicas: 3,
        paused: true,
        containers: [
          { name: 'app', image: 'a:2', args: ['x'] },
          { name: 'side', image: 's:2' },
        ],
      },
    },
    conflicts: [],
  });
});

test('a field that both changed is a conflict, and mine until theirs is chosen', () => {
  const mine = withValue(base, ['spec', 'replicas'], 2);
  const theirs = withValue(base, ['spec', 'replicas'], 5);
  const { merged, conflicts } = threeWayMerge(base, mine, theirs);
  assert.deepEqual(conflicts, [{ path: ['spec', 'replicas'], base: 1, mine: 2, theirs: 5 }]);
  assert.equal((merged as typeof base).spec.replicas, 2);
  assert.ok(same(withTheirs(merged, conflicts), theirs));
});

test('what one removed and the other left stays removed; what the other changed is a conflict', () => {
  const mine = withValue(base, ['spec', 'paused'], undefined);
  const theirs = withValue(base, ['spec', 'replicas'], 5);
  const { merged, conflicts } = threeWayMerge(base, mine, theirs);
  assert.deepEqual(Object.keys((merged as typeof base).spec).sort(), ['containers', 'replicas']);
  assert.equal(conflicts.length, 0);
  const changed = withValue(base, ['spec', 'paused'], false);
  const [conflict] = threeWayMerge(base, mine, changed).conflicts;
  assert.deepEqual(conflict, { path: ['spec', 'paused'], base: true, mine: undefined, theirs: false });
});

test('items with names are merged by them, other lists as a whole', () => {
  const withItem = (name: string) => ({
    spec: { ...base.spec, containers: [...base.spec.containers, { name }] },
  });
  const { merged, conflicts } = threeWayMerge(base, withItem('mine'), withItem('theirs'));
  const names = (merged as typeof base).spec.containers.map(({ name }) => name);
  assert.deepEqual(names, ['app', 'side', 'mine', 'theirs']);
  assert.equal(conflicts.length, 0);
  const args = ['spec', 'containers', 0, 'args'];
  const lists = threeWayMerge(base, withValue(base, args, ['y']), withValue(base, args, ['z']));
  assert.deepEqual(
    lists.conflicts.map(({ path }) => path),
    [args],
  );
});

const applied = {
  metadata: { annotations: { 'example.com/a.b': '1', other: '2' } },
  spec: {
    ports: [
      { port: 80, protocol: 'TCP', name: 'a' },
      { port: 80, protocol: 'UDP', name: 'b' },
    ],
    finalizers: ['x', 'y'],
    containers: [{ name: 'a]"b', image: 'i' }],
  },
};
const placed = (field: string) => placeOfField(applied, stepsOf(field) ?? assert.fail(field));

test('fields of a conflict are found by the keys of their lists', () => {
  assert.deepEqual(placed('.spec.ports[port=80,protocol="UDP"].name'), ['spec', 'ports', 1, 'name']);
  assert.deepEqual(placed('.spec.finalizers[="y"]'), ['spec', 'finalizers', 1]);
  assert.deepEqual(placed('.spec.containers[name="a]\\"b"].image'), ['spec', 'containers', 0, 'image']);
  assert.deepEqual(placed('.metadata.annotations.example.com/a.b'), [
    'metadata',
    'annotations',
    'example.com/a.b',
  ]);
  assert.equal(placed('.spec.replicas'), undefined);
  assert.equal(stepsOf('spec'), undefined);
  assert.equal(stepsOf('.a[b'), undefined);
});

test('conflicts name who owns which field, and a manifest can leave the field to them', () => {
  const causes = [
    {
      reason: 'FieldManagerConflict',
      message: 'conflict with "kubectl" using v1',
      field: '.spec.finalizers[="y"]',
    },
    { reason: 'Other', message: 'x', field: '.y' },
  ];
  const conflicts = conflictsIn({ reason: 'Conflict', details: { causes } });
  assert.deepEqual(conflicts, [{ field: '.spec.finalizers[="y"]', manager: 'kubectl' }]);
  const left = withoutFields(applied, [
    '.spec.finalizers[="y"]',
    '.metadata.annotations.example.com/a.b',
    '.none',
  ]);
  assert.deepEqual(left.metadata, { annotations: { other: '2' } });
  assert.deepEqual((left.spec as typeof applied.spec).finalizers, ['x']);
});
