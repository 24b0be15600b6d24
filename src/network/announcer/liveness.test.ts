import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { systemClock } from '../../kit/clock.ts';
import { Liveness, probeTcp } from './liveness.ts';

function watched() {
  const clock = new SteppedClock();
  const answers = new Map([['a', true]]);
  const asked: string[] = [];
  let changes = 0;
  const liveness = new Liveness({
    clock,
    probe: async (address, withinMs) => {
      asked.push(address);
      const answered = answers.get(address) ?? false;
      if (!answered) await clock.sleep(withinMs);
      return answered;
    },
    onChange: () => changes++,
  });
  return { clock, answers, asked, liveness, changes: () => changes };
}

test('a node is gone after three misses in a row, within 600 ms, and there again after four answers', async () => {
  const { clock, answers, liveness, changes } = watched();
  liveness.watch(new Set(['a']));
  await clock.step(1_000);
  assert.deepEqual([liveness.isAlive('a'), changes()], [true, 0]);
  answers.set('a', false);
  await clock.step(400);
  assert.equal(liveness.isAlive('a'), true);
  await clock.step(200);
  assert.deepEqual([liveness.isAlive('a'), changes()], [false, 1]);
  answers.set('a', true);
  await clock.step(400);
  assert.equal(liveness.isAlive('a'), false);
  await clock.step(400);
  assert.deepEqual([liveness.isAlive('a'), changes()], [true, 2]);
});

test('single misses do not count', async () => {
  const { clock, answers, liveness, changes } = watched();
  liveness.watch(new Set(['a']));
  for (let i = 0; i < 5; i++) {
    answers.set('a', false);
    await clock.step(200);
    answers.set('a', true);
    await clock.step(600);
  }
  assert.equal(changes(), 0);
  liveness.stop();
});

test('many nodes are asked less often', async () => {
  const { clock, asked, liveness } = watched();
  liveness.watch(new Set(Array.from({ length: 100 }, (_, i) => String(i))));
  await clock.step(1_000);
  asked.length = 0;
  await clock.step(1_000);
  assert.equal(asked.length, 200);
  liveness.stop();
});

test('what is not watched any more is not asked, and counts as there', async () => {
  const { clock, answers, asked, liveness } = watched();
  answers.set('a', false);
  liveness.watch(new Set(['a']));
  await clock.step(2_000);
  assert.equal(liveness.isAlive('a'), false);
  liveness.watch(new Set());
  assert.equal(liveness.isAlive('a'), true);
  await clock.step(1_000);
  const before = asked.length;
  await clock.step(5_000);
  assert.equal(asked.length, before);
});

test('a connection and a refusal are answers', async () => {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const probe = probeTcp(systemClock, port);
  assert.equal(await probe('127.0.0.1', 5_000), true);
  server.close();
  await once(server, 'close');
  assert.equal(await probe('127.0.0.1', 5_000), true);
});
