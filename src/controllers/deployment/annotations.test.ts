import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aDeployment, aReplicaSet } from '../../sim/objects/workloads.ts';
import { newSetAnnotations, nextRevision, REVISION } from './annotations.ts';

const HISTORY = 'deployment.kubernetes.io/revision-history';
const historyAfter = (history: string) =>
  newSetAnnotations(aDeployment('web'), { [REVISION]: '7', [HISTORY]: history }, 8n, true)[HISTORY];

test('the oldest revisions of a history leave it when it has more than 2,000 characters', () => {
  assert.equal(historyAfter(''), '7');
  assert.equal(historyAfter('1,2'), '1,2,7');
  const kept = historyAfter('1234,'.repeat(50_000).slice(0, -1))!;
  assert.equal(kept, `${'1234,'.repeat(399)}7`);
  assert.equal(historyAfter('x'.repeat(3_000)), '7');
});

test('revisions are exact integers of 64 bits', () => {
  const after = (...revisions: string[]) =>
    nextRevision(
      revisions.map((revision) => {
        const set = aReplicaSet('web');
        return { ...set, metadata: { ...set.metadata, annotations: { [REVISION]: revision } } };
      }),
    );
  assert.equal(after('3546343826724305832', '7'), 3546343826724305833n);
  assert.equal(after('1', '3546343826724305832x', '9'.repeat(30), ''), 2n);
  const annotations = { [REVISION]: '3546343826724305832' };
  const next = newSetAnnotations(aDeployment('web'), annotations, 3546343826724305833n, true);
  assert.equal(next[REVISION], '3546343826724305833');
  assert.equal(next[HISTORY], '3546343826724305832');
});
