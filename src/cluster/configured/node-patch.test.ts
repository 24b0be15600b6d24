import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Node, Taint } from '../../api/kinds/core/v1/node.ts';
import { nodePatch } from './node-patch.ts';
import type { NodeMarks } from './note.ts';

const marks = (more: Partial<NodeMarks> = {}): NodeMarks => ({
  labels: {},
  annotations: {},
  taints: [],
  ...more,
});
const node = (labels: Record<string, string>, taints?: Taint[]): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'n', resourceVersion: '7', labels },
  ...(taints && { spec: { taints } }),
});
const taint = (key: string, value?: string, effect: 'NoSchedule' | 'NoExecute' = 'NoSchedule') => ({
  key,
  ...(value !== undefined && { value }),
  effect,
});

test('a node that has what the file says is left alone', () => {
  const wanted = marks({ labels: { a: '1' }, taints: [taint('t', 'x')] });
  assert.equal(nodePatch(node({ a: '1', b: '2' }, [taint('t', 'x')]), wanted, wanted), undefined);
  assert.equal(nodePatch(node({}), marks(), marks()), undefined);
});

test('what the file does not say any more is taken back, but not what others have changed since', () => {
  const before = marks({ labels: { gone: '1', changed: '1', stays: '1' } });
  const patch = nodePatch(
    node({ gone: '1', changed: '2', stays: '1', mine: 'x' }),
    marks({ labels: { stays: '2' } }),
    before,
  );
  assert.deepEqual(patch, { metadata: { labels: { gone: null, stays: '2' } } });
});

test('annotations follow the file as labels do', () => {
  const patch = nodePatch(node({}), marks({ annotations: { a: 'b' } }), marks({ annotations: { c: 'd' } }));
  assert.deepEqual(patch, { metadata: { annotations: { a: 'b' } } });
});

test('taints of others stay; the file’s come, change their value and go; nothing that came meanwhile is lost', () => {
  const others = taint('node.kubernetes.io/not-ready', undefined, 'NoExecute');
  const before = marks({ taints: [taint('old'), taint('both', '1')] });
  const patch = nodePatch(
    node({}, [others, taint('old'), taint('both', '1')]),
    marks({ taints: [taint('both', '2'), taint('new')] }),
    before,
  );
  assert.deepEqual(patch, {
    metadata: { resourceVersion: '7' },
    spec: { taints: [others, taint('both', '2'), taint('new')] },
  });
  // Taken away with kubectl, and still in the file: `up` brings it back.
  assert.deepEqual(nodePatch(node({}), marks({ taints: [taint('a')] }), marks({ taints: [taint('a')] })), {
    metadata: { resourceVersion: '7' },
    spec: { taints: [taint('a')] },
  });
});
