import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Member } from './administration.ts';
import { initialCluster, joinStep, removalProblem } from './membership.ts';

const member = (name: string, more: Partial<Member> = {}): Member => ({
  id: `id-${name}`,
  name,
  peerUrls: [`https://${name}:2380`],
  clientUrls: [`https://${name}:2379`],
  isLearner: false,
  ...more,
});
const [a, b, c] = [member('a'), member('b'), member('c')];

test('a machine without data is added, takes the place of one of its name or address, or goes on as the one that was added', () => {
  assert.deepEqual(joinStep([a, b], 'c', 'https://c:2380'), { kind: 'add' });
  assert.deepEqual(joinStep([a, b], 'b', 'https://elsewhere:2380'), { kind: 'replace', member: b });
  assert.deepEqual(joinStep([a, b], 'new', 'https://b:2380'), { kind: 'replace', member: b });
  const added = member('', { id: 'id-c', peerUrls: ['https://c:2380'], isLearner: true });
  assert.deepEqual(joinStep([a, added], 'c', 'https://c:2380'), { kind: 'start', id: 'id-c' });
});

test('the first start of a member names those that have started, and itself', () => {
  const added = member('', { peerUrls: ['https://c:2380'] });
  assert.equal(
    initialCluster([a, b, added], 'c', 'https://c:2380'),
    'a=https://a:2380,b=https://b:2380,c=https://c:2380',
  );
});

test('a member can go if a majority of the others answers', () => {
  const healthy = (...names: string[]) => new Set(names.map((name) => `id-${name}`));
  assert.equal(removalProblem([a, b, c], healthy('a', 'b'), c), undefined);
  assert.match(
    removalProblem([a, b, c], healthy('a', 'c'), c)!,
    /of the 2 others 1 answer, and 2 are needed/,
  );
  assert.match(removalProblem([a], healthy('a'), a)!, /the last one/);
  const learner = member('l', { isLearner: true });
  assert.equal(removalProblem([a, b, learner], healthy('a'), learner), undefined);
});
