import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { aPod } from '../../../sim/objects/pod.ts';
import { perReplica, valueReplicas } from './from-value.ts';
import { tolerancesOf } from './tolerance.ts';

const tolerances = { up: 0.1, down: 0.1 };
const pods = (ready: number, all = ready) =>
  Array.from({ length: all }, (_, i): Pod => {
    const status = i < ready ? 'True' : 'False';
    return { ...aPod(`p${i}`), status: { phase: 'Running', conditions: [{ type: 'Ready', status }] } } as Pod;
  });

const WHOLE: [string, { value: number; target: number; current: number; ready: number }, number][] = [
  ['above the target', { value: 20_000, target: 15_000, current: 3, ready: 3 }, 4],
  ['above the target, by ready pods only', { value: 20_000, target: 15_000, current: 3, ready: 2 }, 3],
  ['within the tolerance', { value: 16_000, target: 15_000, current: 3, ready: 3 }, 3],
  ['below the target', { value: 5000, target: 10_000, current: 4, ready: 4 }, 2],
  ['from zero', { value: 30_001, target: 10_000, current: 0, ready: 0 }, 4],
  ['nothing at zero', { value: 0, target: 10_000, current: 0, ready: 0 }, 0],
  ['more than an int32 holds', { value: 1e18, target: 1, current: 3, ready: 3 }, 2 ** 31 - 1],
];
for (const [name, { value, target, current, ready }, replicas] of WHOLE)
  test(`a value as a whole: ${name}`, () => {
    assert.equal(valueReplicas({ value, target, tolerances }, current, pods(ready, 3)), replicas);
  });

test('a value as a whole needs pods', () => {
  assert.throws(
    () => valueReplicas({ value: 9, target: 1, tolerances }, 1, []),
    /unable to calculate ready pods: no pods returned by selector/,
  );
});

const EACH: [string, { value: number; target: number; replicas: number }, [number, number]][] = [
  ['above the target', { value: 8600, target: 2150, replicas: 3 }, [4, 2867]],
  ['below the target', { value: 8600, target: 2867, replicas: 5 }, [3, 1720]],
  ['within the tolerance', { value: 8600, target: 2867, replicas: 3 }, [3, 2867]],
  ['without replicas', { value: 3000, target: 1000, replicas: 0 }, [3, 0]],
  ['nothing, of a target that is nothing', { value: 0, target: 0, replicas: 2 }, [0, 0]],
];
for (const [name, { value, target, replicas }, [wanted, average]] of EACH)
  test(`a value for each replica: ${name}`, () => {
    const answer = perReplica({ value, target, tolerances }, replicas);
    assert.deepEqual(answer, { replicas: wanted, average });
  });

test('a behavior has tolerances of its own, for each direction', () => {
  const behavior = { scaleUp: { tolerance: '50m' }, scaleDown: {} };
  const settings = { tolerance: 0.1, ownTolerances: true };
  assert.deepEqual(tolerancesOf(settings, behavior), { up: 0.05, down: 0.1 });
  assert.deepEqual(tolerancesOf(settings, { scaleDown: { tolerance: '0' } }), { up: 0.1, down: 0 });
  assert.deepEqual(tolerancesOf({ ...settings, ownTolerances: false }, behavior), { up: 0.1, down: 0.1 });
  assert.deepEqual(tolerancesOf(settings, undefined), { up: 0.1, down: 0.1 });
});
