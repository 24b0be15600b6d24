// Two profiles in one scheduler, as a configuration file gives them.
import assert from 'node:assert/strict';
import { it } from 'node:test';
import { readSchedulerConfiguration } from './config/read.ts';
import { RunningScheduler } from './testing/running-scheduler.fake.ts';

it('each pod is scheduled by the profile that it names; pods of other schedulers are left alone', async (t) => {
  const settings = readSchedulerConfiguration(`
apiVersion: kubescheduler.config.k8s.io/v1
kind: KubeSchedulerConfiguration
profiles:
  - schedulerName: default-scheduler
  - schedulerName: packing
    plugins:
      score: { disabled: [{ name: '*' }], enabled: [{ name: NodeResourcesFit }] }
      multiPoint: { disabled: [{ name: DefaultPreemption }] }
    pluginConfig:
      - name: NodeResourcesFit
        args: { scoringStrategy: { type: MostAllocated, resources: [{ name: cpu, weight: 1 }] } }
`);
  const running = new RunningScheduler({ settings });
  t.after(() => running.stop());
  await running.start();
  await running.addNode('a', '4');
  await running.addNode('b', '4');
  await running.addPod('first', '1', { nodeName: 'a' });
  await running.addPod('spread', '1');
  assert.equal(await running.nodeOf('spread'), 'b');
  await running.addPod('more', '500m', { nodeName: 'a' });
  await running.addPod('packed', '1', { schedulerName: 'packing' });
  assert.equal(await running.nodeOf('packed'), 'a');
  const [event] = await running.eventsOf('packed');
  assert.deepEqual([event?.reason, event?.source?.component], ['Scheduled', 'packing']);
  await running.addPod('foreign', '1', { schedulerName: 'other' });
  assert.equal(await running.nodeOf('foreign'), undefined);
  await running.addPod('huge', '9', { schedulerName: 'packing' });
  assert.equal(
    (await running.scheduled('huge'))?.message,
    '0/2 nodes are available: 2 Insufficient cpu. no new claims to deallocate',
    'a profile without preemption has nothing to say about it',
  );
  const [failed] = await running.eventsOf('huge');
  assert.deepEqual([failed?.reason, failed?.source?.component], ['FailedScheduling', 'packing']);
  assert.match(running.metrics.render(), /attempts_total\{profile="packing",result="scheduled"\} 1/);
});
