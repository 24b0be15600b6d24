import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock, settle } from '../../kit/clock.fake.ts';
import type { RuntimeChannel } from '../containerd/channel.ts';
import { CriError } from '../error.ts';
import type { Container, RuntimeEvent } from '../runtime.ts';
import { connectRuntime } from './connect.ts';
import { socketOf } from './endpoint.ts';
import { runtimeEvents } from './events.ts';
import { changes, seenIn } from './relist.ts';

test('an endpoint is a Unix socket, with the scheme or without', () => {
  assert.equal(socketOf('unix:///run/crio/crio.sock'), '/run/crio/crio.sock');
  assert.equal(socketOf('/run/containerd/containerd.sock'), '/run/containerd/containerd.sock');
  assert.throws(() => socketOf('tcp://127.0.0.1:1'), /only Unix sockets/);
  assert.throws(() => socketOf('crio.sock'), /must be absolute/);
  assert.throws(() => socketOf(`/${'x'.repeat(200)}`), /too long/);
});

test('a socket that is not there is named, in the words of the kubelet', async () => {
  const endpoint = 'unix:///nonexistent/runtime.sock';
  const connecting = connectRuntime({ endpoint, clock: new SteppedClock() });
  await assert.rejects(connecting, ({ message }: Error) => {
    assert.match(message, /^validate service connection: validate CRI v1 runtime API for endpoint "unix:/);
    assert.match(message, /ENOENT|no such file/);
    return /is the runtime running/.test(message);
  });
});

test('what lies between two looks is told, in order, and once', () => {
  const look = (...states: [string, Container['state']][]) =>
    seenIn(
      states.map(([id, state]) => ({ id, state })),
      [{ id: 'box', state: 'ready' }],
    );
  const before = look(['old', 'running'], ['made', 'created'], ['gone', 'exited']);
  const now = look(['old', 'exited'], ['made', 'running'], ['quick', 'exited']);
  assert.deepEqual(
    changes(before, now).map(({ containerId, kind }) => `${containerId} ${kind}`),
    ['old exited', 'made started', 'quick created', 'quick started', 'quick exited', 'gone deleted'],
  );
  assert.deepEqual(changes(now, now), []);
});

/** Events of a runtime whose stream fails like this, while one container ends after two seconds. */
async function eventsWith(stream: () => AsyncGenerator<unknown, void>, seconds: number) {
  const clock = new SteppedClock();
  const ended = new AbortController();
  const events: RuntimeEvent[] = [];
  let streams = 0;
  const grpc = {
    stream: () => {
      streams++;
      return stream();
    },
  } as Partial<RuntimeChannel> as RuntimeChannel;
  const lists = {
    version: async () => ({ runtimeName: 'r', runtimeVersion: '1', runtimeApiVersion: 'v1' }),
    listContainers: async () => [
      { id: 'c', state: clock.monotonic() < 2000 ? 'running' : 'exited' } as Container,
    ],
    listPodSandboxes: async () => [],
  };
  const reading = (async () => {
    for await (const event of runtimeEvents(grpc, lists, clock, ended.signal)) events.push(event);
  })();
  for (let ms = 0; ms < seconds * 1000; ms += 50) {
    await settle();
    await clock.step(50);
  }
  ended.abort();
  await settle();
  await clock.step(5000);
  await reading;
  return { streams, events: events.map(({ kind }) => kind) };
}

test('a runtime without a stream of events is looked at every second', async () => {
  const { streams, events } = await eventsWith(async function* () {
    yield* [];
    throw new CriError('unimplemented', 'unknown method GetContainerEvents');
  }, 4);
  assert.equal(streams, 1);
  assert.deepEqual(events, ['resync', 'resync', 'exited']);
});

test('so is one whose stream breaks off at once again and again', async () => {
  const { streams, events } = await eventsWith(async function* () {
    yield* [];
    throw new CriError('unknown', 'evented pleg is switched off');
  }, 4);
  assert.equal(streams, 3);
  assert.equal(events.at(-1), 'exited');
});

test('one that is away is dialed until it is back', async () => {
  const { streams, events } = await eventsWith(async function* () {
    yield* [];
    throw new CriError('unavailable', 'no connection');
  }, 10);
  assert.ok(streams > 5, `${streams} tries`);
  assert.ok(!events.includes('exited'));
});
