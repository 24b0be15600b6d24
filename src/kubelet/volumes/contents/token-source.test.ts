import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { aBoundPod } from '../../../sim/objects/pod.ts';
import { TokenSource } from './token-source.ts';

const HOUR = 3600_000;
const pod = aBoundPod('p', {}, { uid: 'u' });

/** An API that gives tokens of an hour in order, while `answer` lets it. Its clock is ahead of the node's by so many milliseconds. */
function tokenApi(ahead = 0) {
  const clock = new SteppedClock();
  const state = { answer: async () => {}, given: 0 };
  const client = {
    post: async () => {
      await state.answer();
      const expirationTimestamp = new Date(clock.now() + ahead + HOUR).toISOString();
      return { status: { token: `token${++state.given}`, expirationTimestamp } };
    },
  };
  return { clock, state, tokens: new TokenSource(client, clock) };
}

test('a token is kept until 80 % of its lifetime are over, and is then renewed', async () => {
  const { clock, tokens } = tokenApi();
  assert.equal(await tokens.get(pod, {}), 'token1');
  await clock.step(0.8 * HOUR - 1);
  assert.equal(await tokens.get(pod, {}), 'token1');
  await clock.step(1);
  assert.equal(await tokens.get(pod, {}), 'token2');
  assert.equal(await tokens.get(pod, { audience: 'vault' }), 'token3');
});

test('while the API is away a token stays in use until it expires', async () => {
  const { clock, state, tokens } = tokenApi();
  await tokens.get(pod, {});
  state.answer = () => Promise.reject(new Error('away'));
  await clock.step(0.9 * HOUR);
  assert.equal(await tokens.get(pod, {}), 'token1');
  await clock.step(0.2 * HOUR);
  await assert.rejects(tokens.get(pod, {}), /away/);
});

test('an API server that does not answer delays no pod whose token is still valid', async () => {
  const { clock, state, tokens } = tokenApi();
  await tokens.get(pod, {});
  let answer = () => {};
  state.answer = () => new Promise((resolve) => (answer = resolve));
  await clock.step(0.9 * HOUR);
  for (let i = 0; i < 2; i++) {
    const token = tokens.get(pod, {});
    await clock.step(5000);
    assert.equal(await token, 'token1');
  }
  answer();
  await clock.step(0);
  assert.equal(await tokens.get(pod, {}), 'token2');
  assert.equal(state.given, 2);
});

test('a node whose clock is off keeps its tokens as long as others, and renews them in time', async () => {
  for (const ahead of [-24 * HOUR, -HOUR, HOUR, 24 * HOUR]) {
    const { clock, tokens } = tokenApi(ahead);
    const { expirationTimestamp } = await tokens.issued(pod, {});
    assert.equal(Date.parse(expirationTimestamp), clock.now() + ahead + HOUR, 'as the server says');
    await clock.step(0.7 * HOUR);
    assert.equal(await tokens.get(pod, {}), 'token1', `${ahead}`);
    assert.equal(tokens.renewAt('u'), clock.now() + 0.1 * HOUR);
    await clock.step(0.1 * HOUR);
    assert.equal(await tokens.get(pod, {}), 'token2', `${ahead}`);
  }
});

test('a token is renewed in time when the clock of its node is set meanwhile', async () => {
  for (const set of [-24 * HOUR, 24 * HOUR]) {
    const { clock, tokens } = tokenApi();
    await tokens.get(pod, {});
    clock.setBy(set);
    await clock.step(0.85 * HOUR);
    assert.equal(await tokens.get(pod, {}), 'token2', `${set}`);
    await clock.step(0.5 * HOUR);
    assert.equal(await tokens.get(pod, {}), 'token2', `${set}`);
  }
});
