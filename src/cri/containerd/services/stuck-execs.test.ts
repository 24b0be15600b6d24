import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../../kit/clock.fake.ts';
import { CriError } from '../../error.ts';
import type { RuntimeChannel } from '../channel.ts';
import { StuckExecs } from './stuck-execs.ts';

/** What is asked of a containerd whose ended command is there, with these pipes, until it is deleted. */
function scene(process: object | undefined, readUntil: number) {
  const clock = new SteppedClock();
  const start = clock.monotonic();
  const calls: string[] = [];
  const grpc = {
    unary: async ({ path }: { path: string }, request: object) => {
      calls.push(
        `${clock.monotonic() - start} ${path.split('/').at(-1)} ${Object.values(request).join(' ')}`,
      );
      if (!process) throw new CriError('notFound', 'no such process');
      return { process };
    },
  } as Partial<RuntimeChannel> as RuntimeChannel;
  const stuck = new StuckExecs(grpc, clock, async () => clock.monotonic() - start < readUntil);
  return { stuck, clock, calls };
}

const PIPES = { stdin: '/in', stdout: '/out', stderr: '' };

test('a command that has ended with input left is deleted once nobody reads its output', async () => {
  const { stuck, clock, calls } = scene(PIPES, 1000);
  stuck.expect('c');
  const done = stuck.exited('c', 'e');
  await clock.step(100_000);
  await done;
  assert.deepEqual(calls, ['200 Get c e', '600 Get c e', '1400 Get c e', '1400 DeleteProcess c e']);
});

test('commands without input, and those that are gone, are left alone', async () => {
  const gone = scene(undefined, 0);
  await gone.stuck.exited('c', 'e');
  assert.deepEqual(gone.calls, []);
  gone.stuck.expect('c');
  const looked = gone.stuck.exited('c', 'e');
  await gone.clock.step(100_000);
  await looked;
  assert.deepEqual(gone.calls, ['200 Get c e']);
  await gone.stuck.exited('c', 'c');
  await gone.stuck.exited('c', 'e');
  assert.equal(gone.calls.length, 1);
  const without = scene({ ...PIPES, stdin: '' }, 0);
  without.stuck.expect('c');
  const over = without.stuck.exited('c', 'e');
  await without.clock.step(1000);
  await over;
  assert.deepEqual(without.calls, ['200 Get c e']);
});

test('output that a process goes on writing is waited for no more than two minutes', async () => {
  const { stuck, clock, calls } = scene(PIPES, Number.POSITIVE_INFINITY);
  stuck.expect('c');
  const done = stuck.exited('c', 'e');
  await clock.step(200_000);
  await done;
  assert.equal(calls.length, 9);
  assert.ok(!calls.some((call) => call.includes('DeleteProcess')));
});
