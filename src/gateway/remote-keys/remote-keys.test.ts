import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { RemoteKeys } from './remote-keys.ts';

const set = (kid: string): string => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid }] });
};
const URL_A = 'https://a.test/keys';

function open() {
  const clock = new SteppedClock();
  const state = { answer: set('one') as string | Error, asked: 0, changes: 0 };
  const keys = new RemoteKeys({
    fetch: async () => {
      state.asked++;
      if (state.answer instanceof Error) throw state.answer;
      return state.answer;
    },
    changed: () => {
      state.changes++;
    },
    clock,
  });
  const idsOf = (namespace = 'ns', url = URL_A) => {
    const found = keys.get(namespace, url);
    return typeof found === 'string' ? found : found.map(({ id }) => id);
  };
  return { clock, state, keys, idsOf };
}

describe('key sets by URL', () => {
  it('are read once for all that name them, and again every five minutes', async () => {
    const { clock, state, keys, idsOf } = open();
    assert.equal(idsOf(), 'the key set has not been read yet');
    keys.watch(new Set([`ns ${URL_A}`, `other ${URL_A}`]));
    await clock.step(0);
    assert.deepEqual([idsOf(), idsOf('other'), state.asked, state.changes], [['one'], ['one'], 1, 1]);
    const before = keys.get('ns', URL_A);
    await clock.step(300_000);
    assert.deepEqual([state.asked, state.changes], [2, 1]);
    assert.equal(keys.get('ns', URL_A), before);
    state.answer = set('two');
    await clock.step(300_000);
    assert.deepEqual([idsOf(), state.changes], [['two'], 2]);
    keys.watch(new Set());
    await clock.step(3_000_000);
    assert.equal(state.asked, 3);
  });

  it('hold for a day while they cannot be read, which is tried again soon', async () => {
    const { clock, state, keys, idsOf } = open();
    keys.watch(new Set([`ns ${URL_A}`]));
    await clock.step(0);
    state.answer = new Error('its server answers 500');
    await clock.step(300_000);
    await clock.step(5_000);
    assert.deepEqual([idsOf(), state.asked], [['one'], 3]);
    for (let passed = 0; passed < 25 * 3_600_000; passed += 300_000) await clock.step(300_000);
    assert.equal(idsOf(), 'the key set is not read: its server answers 500');
    state.answer = set('three');
    await clock.step(300_000);
    assert.deepEqual(idsOf(), ['three']);
  });

  it('that are none are told, and what was good before stays', async () => {
    const { clock, state, keys, idsOf } = open();
    state.answer = 'x';
    keys.watch(new Set([`ns ${URL_A}`]));
    await clock.step(0);
    assert.match(String(idsOf()), /^the key set is not read: the key set is not JSON/);
    state.answer = set('one');
    await clock.step(5_000);
    assert.deepEqual(idsOf(), ['one']);
    state.answer = '{}';
    await clock.step(300_000);
    assert.deepEqual(idsOf(), ['one']);
  });

  it('are 100, of which namespaces have their shares', async () => {
    const { clock, state, keys, idsOf } = open();
    const many = Array.from({ length: 150 }, (_, i) => `greedy https://g${i}.test/`);
    assert.ok(keys.watch(new Set([...many, `ns ${URL_A}`])));
    await clock.step(0);
    assert.equal(state.asked, 100);
    assert.deepEqual(idsOf(), ['one']);
    assert.match(String(idsOf('greedy', 'https://g149.test/')), /more than its share/);
    assert.equal(keys.watch(new Set([...many, `ns ${URL_A}`])), false);
    assert.ok(keys.watch(new Set([`ns ${URL_A}`])));
  });
});
