import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Kind } from '../../api/kind.ts';
import { rowOf } from '../../api/table-rows.ts';
import { toneOf } from '../../pieces/tones.ts';
import { workloadOf } from './cells.ts';
import { type Branch, treeOf, treeRows, type Workload } from './tree.ts';

const kind = (name: string) => ({ kind: name, group: '', plural: '' }) as Partial<Kind> as Kind;
const columns: Readonly<Record<string, readonly string[]>> = {
  Deployment: ['Name', 'Ready'],
  ReplicaSet: ['Name', 'Desired', 'Current', 'Ready'],
  Pod: ['Name', 'Ready', 'Status', 'Restarts'],
};

function workload(kindName: string, name: string, owner: string, ...cells: (string | number)[]): Workload {
  const ownerReferences = owner ? [{ uid: owner, controller: true, apiVersion: '', kind: '', name: '' }] : [];
  const row = rowOf({
    cells: [name, ...cells],
    object: { metadata: { name, namespace: 'x', uid: name, ownerReferences } },
  });
  const definitions = columns[kindName]!.map((column) => ({ name: column, type: 'string' }));
  return workloadOf(kind(kindName), definitions, row);
}

const shop = [
  workload('Deployment', 'web', '', '1/2'),
  workload('ReplicaSet', 'web-1', 'web', 0, 0, 0),
  workload('ReplicaSet', 'web-2', 'web', 2, 2, 1),
  workload('Pod', 'web-2-a', 'web-2', '1/1', 'Running', '3 (5m ago)'),
  workload('Pod', 'web-2-b', 'web-2', '0/1', 'CrashLoopBackOff', 12),
  workload('Pod', 'alone', 'gone', '1/1', 'Running', 0),
];

const shape = (branches: readonly Branch[]): unknown[] =>
  branches.map(({ workload: { row }, children }) =>
    children.length > 0 ? [row.name, shape(children)] : row.name,
  );

describe('the tree of workloads', () => {
  it('has who is owned below the owner, without ReplicaSets of earlier revisions', () => {
    assert.deepEqual(shape(treeOf(shop, toneOf)), [['web', [['web-2', ['web-2-a', 'web-2-b']]]], 'alone']);
  });

  it('says above what is wrong below, and adds restarts up', () => {
    const [web, alone] = treeOf(shop, toneOf);
    assert.deepEqual([web?.trouble, web?.tone, web?.restarts, web?.pods], ['CrashLoopBackOff', 'bad', 15, 2]);
    assert.deepEqual([alone?.trouble, alone?.tone], ['', 'good']);
  });

  it('ends, though owners may form a circle', () => {
    const circle = [
      workload('Pod', 'a', 'b', '1/1', 'Running', 0),
      workload('Pod', 'b', 'a', '1/1', 'Running', 0),
    ];
    assert.deepEqual(treeOf(circle, toneOf), []);
    assert.equal(treeOf([workload('Pod', 'a', 'a', '1/1', 'Running', 0)], toneOf).length, 0);
  });

  it('shows open branches, and with a filter what leads to what fits', () => {
    const tree = treeOf(shop, toneOf);
    const seen = (open: string[], word?: string) =>
      treeRows(
        tree,
        new Set(open),
        word ? ({ workload: { row } }) => row.name.includes(word) : undefined,
      ).map(({ branch, depth }) => `${depth} ${branch.workload.row.name}`);
    assert.deepEqual(seen([]), ['0 web', '0 alone']);
    assert.deepEqual(seen(['web']), ['0 web', '1 web-2', '0 alone']);
    assert.deepEqual(seen([], '2-b'), ['0 web', '1 web-2', '2 web-2-b']);
  });
});
