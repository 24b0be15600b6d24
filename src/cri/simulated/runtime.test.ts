import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { seededRandom } from '../../kit/random.ts';
import { runtimeContract } from '../contract/runtime.contract.ts';
import { isCriError } from '../error.ts';
import { readProgram } from './program.ts';
import { SimulatedRuntime } from './runtime.ts';

const clock = new SteppedClock();
const shared = new SimulatedRuntime({ clock, random: seededRandom(1) });
shared.addImage('busybox:1');

runtimeContract('simulated', () => ({
  runtime: shared,
  image: 'busybox:1',
  sandbox: (config) => config,
  pass: (ms) => clock.step(ms),
}));

test('while the runtime is down every call is unavailable, and containers go on running', async () => {
  const runtime = new SimulatedRuntime({ clock: new SteppedClock(), random: seededRandom(2) });
  runtime.addImage('app');
  const config = { metadata: { name: 'p', uid: 'u', namespace: 'd' } };
  const box = await runtime.runPodSandbox(config);
  const id = await runtime.createContainer(box, { metadata: { name: 'c' }, image: { image: 'app' } }, config);
  await runtime.startContainer(id);
  runtime.setDown(true);
  await assert.rejects(runtime.listContainers(), (e) => isCriError(e, 'unavailable'));
  runtime.setDown(false);
  assert.equal((await runtime.containerStatus(id)).state, 'running');
});

test('pulling an image that the registry does not have is notFound, any other is then on the node', async () => {
  const registry = (image: string) => image !== 'gone';
  const runtime = new SimulatedRuntime({ clock: new SteppedClock(), random: seededRandom(3), registry });
  await assert.rejects(runtime.pullImage({ image: 'gone' }), (e) => isCriError(e, 'notFound'));
  const ref = await runtime.pullImage({ image: 'nginx:1.29' });
  assert.equal((await runtime.imageStatus({ image: 'docker.io/library/nginx:1.29' }))?.id, ref);
});

test('what a container prints is kept', async () => {
  const runtime = new SimulatedRuntime({ clock: new SteppedClock(), random: seededRandom(4) });
  runtime.addImage('app');
  const config = { metadata: { name: 'p', uid: 'u', namespace: 'd' } };
  const command = ['sh', '-c', 'echo one two; echo three; sleep 9'];
  const box = await runtime.runPodSandbox(config);
  const id = await runtime.createContainer(
    box,
    { metadata: { name: 'c' }, image: { image: 'app' }, command },
    config,
  );
  await runtime.startContainer(id);
  assert.deepEqual(runtime.logs(id), ['one two', 'three']);
});

test('a command that is not understood runs for ever', () => {
  assert.deepEqual(readProgram(['sleep', '2']), { output: [], runsFor: 2000, exitCode: 0 });
  assert.equal(readProgram(['sh', '-c', 'sleep 1; false']).exitCode, 1);
  assert.equal(readProgram(['nginx', '-g', 'daemon off']).runsFor, undefined);
});
