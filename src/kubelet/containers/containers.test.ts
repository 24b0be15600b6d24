import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedRuntime } from '../../cri/simulated/runtime.ts';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import { aBoundPod, aContainer } from '../../sim/objects/pod.ts';
import { MemoryFiles } from '../files/memory-files.fake.ts';
import { inside, nodePath } from '../files/node-files.ts';
import { running, viewOf } from '../view/pod-view.fake.ts';
import { killPod } from './kill.ts';
import { removeLogs, rotateLogs } from './log-rotation.ts';

function runtimeNoting(takes: Record<string, number>) {
  const clock = new SteppedClock();
  const runtime = new SimulatedRuntime({ clock, random: seededRandom(1) });
  const noted: string[] = [];
  runtime.stopContainer = async (id, grace) => {
    noted.push(`${id} ${grace}`);
    await clock.sleep(takes[id] ?? 0);
    noted.push(`${id} ended`);
  };
  runtime.stopPodSandbox = async (id) => void noted.push(`stop ${id}`);
  const events = { pod: () => {}, container: () => {} };
  return { clock, noted, context: { runtime, clock, events } };
}

test('main containers end together, then sidecars from the last to the first, then the sandbox', async () => {
  const always = { restartPolicy: 'Always' };
  const pod = aBoundPod('p', {
    initContainers: [aContainer('s1', always), aContainer('s2', always)],
    containers: [aContainer('a'), aContainer('b')],
  });
  const { clock, noted, context } = runtimeNoting({ 'a-0': 1000, 'b-0': 2000, 's1-0': 100, 's2-0': 100 });
  const view = viewOf(pod, { a: running, b: running, s1: running, s2: running });
  const done = killPod(pod, view, 30, context);
  await clock.step(5000);
  await done;
  assert.deepEqual(noted, [
    'a-0 30',
    'b-0 30',
    'a-0 ended',
    'b-0 ended',
    's2-0 28',
    's2-0 ended',
    's1-0 28',
    's1-0 ended',
    'stop sandbox0',
  ]);
});

test('the time that a preStop hook takes is taken from the grace period, which is never less than two seconds', async () => {
  const sleeping = (seconds: number) =>
    aBoundPod('p', { containers: [aContainer('a', { lifecycle: { preStop: { sleep: { seconds } } } })] });
  for (const [seconds, left] of [
    [3, 7],
    [60, 2],
  ] as const) {
    const { clock, noted, context } = runtimeNoting({});
    const pod = sleeping(seconds);
    const done = killPod(pod, viewOf(pod, { a: running }), 10, context);
    await clock.step(20_000);
    await done;
    assert.equal(noted[0], `a-0 ${left}`);
  }
});

const dir = nodePath('/logs');

async function logDirectory(): Promise<MemoryFiles> {
  const files = new MemoryFiles();
  await files.makeDirectory(dir);
  return files;
}

test('a log over the limit is renamed, reopened, and only the newest are kept', async () => {
  const files = await logDirectory();
  const clock = new SteppedClock();
  const reopened: string[] = [];
  const runtime = { reopenContainerLog: async (id: string) => void reopened.push(id) };
  const options = { runtime, clock, files, maxBytes: 10, maxFiles: 3 };
  for (let i = 0; i < 5; i++) {
    await files.write(inside(dir, '0.log'), Buffer.alloc(i === 0 ? 5 : 20));
    await rotateLogs([{ id: 'c', logPath: '/logs/0.log' }], options);
    await clock.step(1000);
  }
  assert.deepEqual(reopened, ['c', 'c', 'c', 'c']);
  assert.deepEqual(await files.list(dir), ['0.log.20260101-000003', '0.log.20260101-000004']);
});

test('a container whose log cannot be reopened does not keep the others from rotation', async () => {
  const files = await logDirectory();
  const runtime = {
    reopenContainerLog: async (id: string) => {
      if (id === 'stuck') throw new Error('no');
    },
  };
  const containers = ['stuck', 'fine'].map((id) => ({ id, logPath: `/logs/${id}` }));
  for (const { logPath } of containers) await files.write(nodePath(logPath), Buffer.alloc(20));
  const options = { runtime, clock: new SteppedClock(), files, maxBytes: 10 };
  await assert.rejects(rotateLogs(containers, options));
  assert.deepEqual(await files.list(dir), ['fine.20260101-000000', 'stuck']);
});

test('removing a log removes what was rotated away from it, and nothing else', async () => {
  const files = await logDirectory();
  for (const name of ['0.log', '0.log.20260101-000003', '1.log']) await files.write(inside(dir, name), 'x');
  await removeLogs(files, '/logs/0.log');
  await removeLogs(files, '/logs/0.log');
  await removeLogs(files, '');
  assert.deepEqual(await files.list(dir), ['1.log']);
});
