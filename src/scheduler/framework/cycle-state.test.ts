import assert from 'node:assert/strict';
import { it } from 'node:test';
import { CycleState, immutableKey, type StateKey } from './cycle-state.ts';

const counts: StateKey<Map<string, number>> = { name: 'counts', clone: (value) => new Map(value) };
const names = immutableKey<readonly string[]>('names');

it('gives each key its own value, and a clone that changes apart from the original', () => {
  const state = new CycleState();
  state.write(counts, new Map([['a', 1]]));
  state.write(names, ['x']);
  const copy = state.clone();
  copy.read(counts).set('a', 2);
  assert.equal(state.read(counts).get('a'), 1);
  assert.equal(copy.read(counts).get('a'), 2);
  assert.equal(copy.read(names), state.read(names), 'what never changes is shared');
});

it('tells keys of the same name apart, and names the key of a value that was never written', () => {
  const state = new CycleState();
  state.write(names, ['x']);
  assert.throws(
    () => state.read(immutableKey<number>('names')),
    /reading "names" from cycleState: not found/,
  );
});
