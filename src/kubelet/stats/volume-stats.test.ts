import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SteppedClock } from '../../kit/clock.fake.ts';
import { aBoundPod } from '../../sim/objects/pod.ts';
import type { VolumeStats } from '../volumes/plugin.ts';
import type { VolumeSummary } from './summary.ts';
import { claimMetrics, managerMetrics } from './volume-metrics.ts';
import { type MeasurableVolume, PodVolumeStats } from './volume-stats.ts';

const pod = aBoundPod('p', {}, { uid: 'u' });

function statsOf(...volumes: MeasurableVolume[]) {
  const clock = new SteppedClock();
  return { clock, stats: new PodVolumeStats({ clock, volumesOf: () => volumes }) };
}

/** A volume that counts how often it is measured. */
function counting(name: string, own: Partial<MeasurableVolume> = {}) {
  const counts = { measured: 0 };
  const measure = async (): Promise<VolumeStats> => ({ usedBytes: ++counts.measured });
  return { volume: { name, measure, ...own }, counts };
}

test('volumes are measured when somebody asks, and again after a minute', async () => {
  const { volume, counts } = counting('v', { claim: 'c' });
  const { clock, stats } = statsOf(volume);
  const used = async () => (await stats.read([pod])).get('u')?.map(({ usedBytes }) => usedBytes);
  assert.equal(counts.measured, 0);
  assert.deepEqual([await used(), await used()], [[1], [1]]);
  await clock.step(59_999);
  assert.deepEqual(await used(), [1]);
  await clock.step(1);
  assert.deepEqual(await used(), [2]);
  const [found] = (await stats.read([pod])).get('u')!;
  const { name, pvcRef, capacityBytes } = found!;
  assert.deepEqual([name, pvcRef, capacityBytes], ['v', { name: 'c', namespace: 'default' }, 0]);
});

test('one that cannot be measured, or does not answer, keeps nobody waiting and is not asked again meanwhile', async () => {
  let asked = 0;
  let answer = (_: VolumeStats) => {};
  const stuck = {
    name: 'stuck',
    measure: () => {
      asked++;
      return new Promise<VolumeStats>((resolve) => (answer = resolve));
    },
  };
  const broken = { name: 'broken', measure: () => Promise.reject(new Error('no')) };
  const { clock, stats } = statsOf(stuck, broken, counting('v').volume);
  const names = async () => {
    const reading = stats.read([pod]);
    await clock.step(1_000);
    return (await reading).get('u')?.map(({ name }) => name);
  };
  assert.deepEqual([await names(), await names()], [['v'], ['v']]);
  await clock.step(120_000);
  await names();
  assert.equal(asked, 1);
  answer({ usedBytes: 7 });
  await clock.step(0);
  assert.deepEqual(await names(), ['stuck', 'v']);
});

test('what was measured last is shown until it has been measured again', async () => {
  let measure: MeasurableVolume['measure'] = async () => ({ usedBytes: 1 });
  const { clock, stats } = statsOf({ name: 'v', measure: () => measure() });
  await stats.read([pod]);
  measure = () => new Promise(() => {});
  await clock.step(60_000);
  const reading = stats.read([pod]);
  await clock.step(1_000);
  assert.equal((await reading).get('u')?.[0]?.usedBytes, 1);
});

test('each claim has its metrics once, and other volumes have none', async () => {
  const claim = counting('data', {
    claim: 'c',
    measure: async () => ({ usedBytes: 1, capacityBytes: 4, inodes: 9 }),
  });
  const { stats } = statsOf(claim.volume, counting('empty').volume);
  const summaries: VolumeSummary[] = [
    ...(await stats.read([pod, aBoundPod('q', {}, { uid: 'w' })])).values(),
  ].flat();
  assert.equal(summaries.length, 4);
  const lines = claimMetrics(summaries)
    .split('\n')
    .filter((line) => line && !line.startsWith('#'));
  const labels = '{namespace="default",persistentvolumeclaim="c"}';
  assert.deepEqual(lines, [
    `kubelet_volume_stats_capacity_bytes${labels} 4`,
    `kubelet_volume_stats_available_bytes${labels} 0`,
    `kubelet_volume_stats_used_bytes${labels} 1`,
    `kubelet_volume_stats_inodes${labels} 9`,
    `kubelet_volume_stats_inodes_free${labels} 0`,
    `kubelet_volume_stats_inodes_used${labels} 0`,
  ]);
  assert.equal(claimMetrics([]), '');
});

test('what is wrong with a volume is told to its pod, shown, and measured', async () => {
  const told: string[] = [];
  const health = { abnormal: true, message: 'disk is failing' };
  const volumesOf = () => [{ name: 'v', claim: 'c', measure: async () => ({ health }) }];
  const onAbnormal = (_pod: unknown, message: string) => void told.push(message);
  const stats = new PodVolumeStats({ clock: new SteppedClock(), volumesOf, onAbnormal });
  const summaries = (await stats.read([pod])).get('u') ?? [];
  assert.deepEqual(told, ['Volume v: disk is failing']);
  assert.deepEqual(summaries[0]?.volumeHealthStats, { abnormal: true });
  assert.match(
    claimMetrics(summaries),
    /^kubelet_volume_stats_health_status_abnormal\{namespace="default",persistentvolumeclaim="c"\} 1$/m,
  );
});

test('volumes are counted by plug-in, those that pods want and those that they have', () => {
  const counts = { actual: new Map([['a', 1]]), desired: new Map([['a', 2]]) };
  assert.deepEqual(managerMetrics(counts).split('\n').slice(2, 4), [
    'volume_manager_total_volumes{plugin_name="a",state="actual_state_of_world"} 1',
    'volume_manager_total_volumes{plugin_name="a",state="desired_state_of_world"} 2',
  ]);
});
