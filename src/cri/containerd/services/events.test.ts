import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock, settle } from '../../../kit/clock.fake.ts';
import { CriError } from '../../error.ts';
import type { ContainerStatus, PodSandboxStatus, RuntimeEvent } from '../../runtime.ts';
import type { RuntimeChannel } from '../channel.ts';
import { containerdEvents } from './events.ts';

const ID = Buffer.from('some-id');
/** A TaskExit: container and process have the same id. */
const exit = Buffer.concat([Buffer.of(0x0a, ID.length), ID, Buffer.of(0x12, ID.length), ID]);

/** Events of a containerd that reports one exit and shows it `shownAfter` ms later; and what it was asked meanwhile. */
async function scene(shownAfter: number, kind: 'container' | 'sandbox') {
  const clock = new SteppedClock();
  const asked: string[] = [];
  const events: string[] = [];
  const ended = new AbortController();
  const grpc = {
    async *stream() {
      yield { topic: '/tasks/exit', event: { typeUrl: 'containerd.events.TaskExit', value: exit } };
      await new Promise((resolve) => ended.signal.addEventListener('abort', resolve));
    },
  } as Partial<RuntimeChannel> as RuntimeChannel;
  const runs = () => clock.monotonic() < shownAfter;
  const statuses = {
    version: async () => ({ runtimeName: '', runtimeVersion: '', runtimeApiVersion: '' }),
    async containerStatus() {
      asked.push('container');
      if (kind === 'sandbox') throw new CriError('notFound', 'no such container');
      return { state: runs() ? 'running' : 'exited' } as ContainerStatus;
    },
    async podSandboxStatus() {
      asked.push('sandbox');
      return { state: runs() ? 'ready' : 'notReady' } as PodSandboxStatus;
    },
  };
  const note = ({ kind: what }: RuntimeEvent) => events.push(`${what} ${clock.monotonic()}`);
  const read = (async () => {
    for await (const event of containerdEvents(grpc, statuses, clock, ended.signal)) note(event);
  })();
  for (let ms = 0; ms < shownAfter * 2; ms += 5) {
    await settle();
    await clock.step(5);
  }
  ended.abort();
  await read;
  return { asked, events };
}

test('an exit is passed on soon after the status shows it, without asking more often than needed', async () => {
  const quick = await scene(36, 'container');
  assert.deepEqual(quick.events, ['resync 0', 'exited 40']);
  const { asked, events } = await scene(1000, 'container');
  const at = Number(events[1]?.split(' ')[1]);
  assert.ok(at >= 1000 && at < 1350, `passed on after ${at} ms`);
  assert.ok(asked.length < 25, `asked ${asked.length} times`);
});

test('a sandbox is looked for among containers once', async () => {
  const { asked } = await scene(36, 'sandbox');
  assert.deepEqual(asked, ['container', 'sandbox', 'sandbox', 'sandbox', 'sandbox']);
});
