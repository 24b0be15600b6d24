import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { Service } from '../../kinds/core/v1/service.ts';
import { ServiceAccount } from '../../kinds/core/v1/service-account.ts';
import type { JsonObject } from '../json.ts';
import { applyStrategicPatch } from '../strategic.ts';
import { patchesConflict } from './conflicts.ts';
import { mergePatchOf } from './merge-diff.ts';
import { openApiRules, structRules, UnknownField } from './rules.ts';
import { threeWayMergePatch, threeWayPatch } from './three-way.ts';
import { twoWayPatch } from './two-way.ts';

const podWith = (containers: JsonObject[], more: JsonObject = {}): JsonObject => ({
  spec: { containers, ...more },
});
const pod = structRules(Pod);

describe('twoWayPatch', () => {
  it('names a changed container by its merge key and says the order', () => {
    const before = podWith([
      { name: 'a', image: 'x:1' },
      { name: 'b', image: 'y' },
    ]);
    const after = podWith([
      { name: 'a', image: 'x:2' },
      { name: 'b', image: 'y' },
    ]);
    assert.deepEqual(twoWayPatch(Pod, before, after), {
      spec: {
        containers: [{ image: 'x:2', name: 'a' }],
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
      },
    });
  });

  it('deletes an element by a directive, behind the changes', () => {
    const before = podWith([{ name: 'a' }, { name: 'b' }]);
    const after = podWith([{ name: 'c' }, { name: 'b' }]);
    const patch = twoWayPatch(Pod, before, after);
    assert.deepEqual((patch.spec as JsonObject).containers, [{ name: 'c' }, { $patch: 'delete', name: 'a' }]);
    assert.deepEqual(applyStrategicPatch(Pod, before, patch), after);
  });

  it('deletes scalars of a merged list', () => {
    const patch = twoWayPatch(
      Pod,
      { metadata: { finalizers: ['a.b/x', 'a.b/y'] } },
      { metadata: { finalizers: ['a.b/y'] } },
    );
    assert.deepEqual(patch, {
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['a.b/x'],
        '$setElementOrder/finalizers': ['a.b/y'],
      },
    });
  });

  it('keeps only the members of a volume that are there', () => {
    const before = podWith([], { volumes: [{ name: 'v', emptyDir: {} }] });
    const after = podWith([], { volumes: [{ name: 'v', configMap: { name: 'c' } }] });
    const patch = twoWayPatch(Pod, before, after);
    assert.deepEqual((patch.spec as JsonObject).volumes, [
      { $retainKeys: ['configMap', 'name'], configMap: { name: 'c' }, emptyDir: null, name: 'v' },
    ]);
    assert.deepEqual(applyStrategicPatch(Pod, before, patch), after);
  });

  it('pairs elements with the same key in their order', () => {
    const before = {
      spec: {
        ports: [
          { port: 53, protocol: 'UDP' },
          { port: 53, protocol: 'TCP' },
        ],
      },
    };
    assert.deepEqual(twoWayPatch(Service, before, before), {});
  });

  it('replaces lists that do not merge', () => {
    const patch = twoWayPatch(
      Pod,
      podWith([{ name: 'a', command: ['x', 'y'] }]),
      podWith([{ name: 'a', command: ['x'] }]),
    );
    assert.deepEqual((patch.spec as JsonObject).containers, [{ command: ['x'], name: 'a' }]);
  });
});

describe('threeWayPatch', () => {
  const image = (tag: string) => ({ name: 'a', image: `x:${tag}` });

  it('deletes what was applied and is no longer given, and leaves what others have set', () => {
    const { patch } = threeWayPatch(structRules(Deployment), {
      original: { spec: { replicas: 2, paused: true } },
      modified: { spec: { replicas: 3 } },
      current: { spec: { replicas: 2, paused: true, minReadySeconds: 5 } },
    });
    assert.deepEqual(patch, { spec: { paused: null, replicas: 3 } });
  });

  it('merges changes and deletions of the same container', () => {
    const { patch } = threeWayPatch(pod, {
      original: podWith([{ ...image('1'), tty: true }, { name: 'gone' }]),
      modified: podWith([image('2'), { name: 'new' }]),
      current: podWith([{ ...image('1'), tty: true }, { name: 'gone' }, { name: 'injected' }]),
    });
    assert.deepEqual(patch, {
      spec: {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'new' }],
        containers: [
          { image: 'x:2', name: 'a', tty: null },
          { name: 'new' },
          { $patch: 'delete', name: 'gone' },
        ],
      },
    });
  });

  it('is empty when nothing is to do', () => {
    const modified = podWith([image('1')]);
    const current = podWith([{ ...image('1'), resources: {} }], { nodeName: 'n' });
    assert.deepEqual(threeWayPatch(pod, { original: modified, modified, current }).patch, {});
  });

  it('tells conflicts from changes that agree', () => {
    const of = (original: string, modified: string, current: string) => {
      const [o, m, c] = [original, modified, current].map((tag) => podWith([image(tag)])) as [
        JsonObject,
        JsonObject,
        JsonObject,
      ];
      const { patch, changedByOthers } = threeWayPatch(pod, { original: o, modified: m, current: c });
      return patchesConflict(patch, changedByOthers(), pod);
    };
    assert.equal(of('1', '2', '3'), true);
    assert.equal(of('1', '2', '1'), false);
  });

  it('says which field the kind does not have', () => {
    assert.throws(
      () =>
        threeWayPatch(pod, {
          original: {},
          modified: { spec: { fresh: { a: 1 } } },
          current: { spec: { fresh: { a: 2 } } },
        }),
      (error) =>
        error instanceof UnknownField &&
        error.message === 'unable to find api field in struct PodSpec for the json field "fresh"',
    );
  });
});

describe('openApiRules', () => {
  it('takes strategies from properties and follows references', () => {
    const schemas: JsonObject = {
      'x.Top': {
        properties: {
          items: {
            items: { allOf: [{ $ref: '#/components/schemas/x.Item' }] },
            'x-kubernetes-patch-strategy': 'merge,retainKeys',
            'x-kubernetes-patch-merge-key': 'id',
          },
        },
      },
      'x.Item': {
        properties: { tags: { items: { type: 'string' }, 'x-kubernetes-patch-strategy': 'merge' } },
      },
    };
    const rules = openApiRules(schemas['x.Top'] as JsonObject, schemas, 'Top');
    const before = { items: [{ id: 1, tags: ['a'] }] };
    const after = { items: [{ id: 1, tags: ['a', 'b'] }] };
    assert.deepEqual(twoWayPatch(rules, before, after), {
      items: [{ $retainKeys: ['id', 'tags'], tags: ['b'], '$setElementOrder/tags': ['a', 'b'], id: 1 }],
      '$setElementOrder/items': [{ id: 1 }],
    });
  });
});

describe('merge patches', () => {
  it('replace lists and delete by null', () => {
    assert.deepEqual(mergePatchOf({ a: [1], b: { c: 1, d: 2 }, e: 1 }, { a: [1, 2], b: { c: 1, d: 3 } }), {
      a: [1, 2],
      b: { d: 3 },
      e: null,
    });
  });

  it('three ways: only what was applied is deleted', () => {
    const patch = threeWayMergePatch({
      original: { spec: { a: 1, b: 2 } },
      modified: { spec: { a: 3, e: {} } },
      current: { spec: { a: 1, b: 2, c: 4 } },
    });
    assert.deepEqual(patch, { spec: { a: 3, b: null, e: {} } });
  });

  it('refuse another identity', () => {
    const of = (name: string) => ({ kind: 'K', metadata: { name } });
    assert.throws(
      () => threeWayMergePatch({ original: {}, modified: of('a'), current: of('b') }),
      /At least one of apiVersion, kind and name was changed/,
    );
  });

  it('of a list of references by name', () => {
    const before = { secrets: [{ name: 'a' }] };
    const after = { secrets: [{ name: 'a' }, { name: 'b' }] };
    const patch = twoWayPatch(ServiceAccount, before, after);
    assert.deepEqual(patch.secrets, [{ name: 'b' }]);
  });
});
