import assert from 'node:assert/strict';
import { it } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { aContainer, aPod } from '../../sim/objects/pod.ts';
import type { Pod } from '../pod.ts';
import { newContainer } from './pod-record.ts';
import { UsageMeter } from './usage.ts';

const requests = { cpu: '1', memory: '100Mi' };

function scene(annotations: Record<string, string> = {}) {
  const clock = new SteppedClock();
  const pod = aPod(
    'web',
    { containers: [aContainer('main', { resources: { requests } })] },
    { uid: 'u', annotations },
  );
  const made = { id: 'c', podSandboxId: 's', attempt: 0, at: clock.now() };
  const container = newContainer(pod, { kind: 'main', spec: pod.spec!.containers[0]! }, made);
  const meter = new UsageMeter({ cpu: 0.5, memory: 0.25 }, clock);
  const read = (as: Pod = pod) => {
    const { node, pods } = meter.read('n', [{ pod: as, container }]);
    return { node, main: pods[0]!.containers[0]! };
  };
  return { clock, pod, read };
}

it('containers use the configured part of what they request', async () => {
  const { clock, read } = scene();
  await clock.step(10_000);
  const { main, node } = read();
  assert.equal(main.cpu?.usageCoreNanoSeconds, 5e9);
  assert.equal(main.memory?.workingSetBytes, 25 << 20);
  assert.equal(node.cpu.usageCoreNanoSeconds, 5e9);
});

it('annotations of the pod say what its containers use; CPU time never shrinks', async () => {
  const { clock, pod, read } = scene({
    'kwok.x-k8s.io/usage-cpu': '2',
    'kwok.x-k8s.io/usage-memory': '64Mi',
  });
  await clock.step(10_000);
  assert.equal(read().main.cpu?.usageCoreNanoSeconds, 20e9);
  assert.equal(read().main.memory?.workingSetBytes, 64 << 20);
  const less = { ...pod, metadata: { ...pod.metadata, annotations: { 'kwok.x-k8s.io/usage-cpu': '100m' } } };
  await clock.step(10_000);
  assert.equal(read(less).main.cpu?.usageCoreNanoSeconds, 21e9);
});

it('an annotation that is no amount counts for nothing', async () => {
  const { clock, read } = scene({ 'kwok.x-k8s.io/usage-cpu': 'much' });
  await clock.step(1_000);
  assert.equal(read().main.cpu?.usageCoreNanoSeconds, 0.5e9);
});
