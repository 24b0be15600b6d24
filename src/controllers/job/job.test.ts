import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { finishPod } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aJob } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';
import { freeIndexes, Indexes } from './indexes.ts';

const job = (spec: Parameters<typeof aJob>[1] = {}) =>
  aJob('work', { completions: 1, parallelism: 1, ...spec });

describe('the job controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['job-controller'] });
  });
  afterEach(() => cluster.stop());

  const create = async (spec: Parameters<typeof aJob>[1] = {}) => {
    await cluster.client.create(Job, job(spec));
    await cluster.settle();
  };
  const get = () => cluster.client.get(Job, 'work', 'default');
  const end = async (pod: Pod, phase: 'Succeeded' | 'Failed', exitCode = 0) => {
    const terminated = { exitCode, finishedAt: new Date(cluster.clock.now()).toISOString() };
    const containerStatuses = [
      { name: 'main', image: 'busybox:1', imageID: '', ready: false, restartCount: 0, state: { terminated } },
    ];
    await cluster.client.patch(
      Pod,
      pod.metadata.name!,
      'default',
      'merge',
      { status: { phase, containerStatuses } },
      { subresource: 'status' },
    );
    await cluster.settle();
  };
  const running = async () =>
    (await podsOf(cluster)).filter(
      (pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') && !pod.metadata.deletionTimestamp,
    );
  const condition = async (type: string) => (await get()).status?.conditions?.find((c) => c.type === type);

  it('adopts a pod again after its owner reference was removed', async () => {
    await create();
    const [pod] = await podsOf(cluster);
    const name = pod!.metadata.name!;
    await cluster.client.patch(Pod, name, 'default', 'merge', { metadata: { ownerReferences: null } });
    await cluster.settle();
    const adopted = await cluster.client.get(Pod, name, 'default');
    assert.equal(adopted.metadata.ownerReferences?.[0]?.name, 'work');
    assert.equal((await podsOf(cluster)).length, 1);
  });

  it('releases a pod whose labels no longer match, and adopts it when they match again', async () => {
    await create();
    const [pod] = await podsOf(cluster);
    const { name = '', labels } = pod!.metadata;
    const relabel = async (value: Record<string, string | null>) => {
      await cluster.client.patch(Pod, name, 'default', 'merge', { metadata: { labels: value } });
      await cluster.settle();
      return (await cluster.client.get(Pod, name, 'default')).metadata.ownerReferences?.[0]?.name;
    };
    const none = Object.fromEntries(Object.keys(labels ?? {}).map((key) => [key, null]));
    assert.equal(await relabel(none), undefined);
    assert.equal(await relabel(labels ?? {}), 'work');
  });

  it('runs a pod to completion, counts it and sets the condition Complete', async () => {
    await create();
    const [pod] = await podsOf(cluster);
    assert.ok(pod?.metadata.finalizers?.includes('batch.kubernetes.io/job-tracking'));
    assert.equal(pod?.metadata.labels?.['batch.kubernetes.io/job-name'], 'work');
    assert.equal((await get()).status?.active, 1);
    await end(pod!, 'Succeeded');
    const { status } = await get();
    assert.deepEqual([status?.succeeded, status?.active], [1, undefined]);
    assert.ok(status?.completionTime);
    assert.equal((await condition('Complete'))?.reason, 'CompletionsReached');
    assert.equal((await podsOf(cluster))[0]?.metadata.finalizers, undefined);
    const events = (await cluster.client.list(Event, { namespace: 'default' })).items;
    assert.ok(events.some((event) => event.reason === 'Completed' && event.message === 'Job completed'));
  });

  it('keeps spec.parallelism pods active until spec.completions have succeeded', async () => {
    await create({ completions: 3, parallelism: 2 });
    assert.equal((await running()).length, 2);
    for (let i = 0; i < 3; i++) await end((await running())[0]!, 'Succeeded');
    assert.equal((await get()).status?.succeeded, 3);
    assert.ok(await condition('Complete'));
  });

  it('waits longer after each failure and fails at the back-off limit', async () => {
    await create({ backoffLimit: 1 });
    await end((await running())[0]!, 'Failed', 1);
    assert.equal((await running()).length, 0);
    await cluster.step(11_000);
    assert.equal((await running()).length, 1);
    await end((await running())[0]!, 'Failed', 1);
    const failed = await condition('Failed');
    assert.deepEqual(
      [failed?.reason, failed?.message],
      ['BackoffLimitExceeded', 'Job has reached the specified backoff limit'],
    );
    assert.equal((await get()).status?.failed, 2);
  });

  it('fails at its deadline and deletes its pods', async () => {
    await create({ activeDeadlineSeconds: 30, parallelism: 2, completions: 2 });
    await cluster.step(31_000);
    for (const pod of await podsOf(cluster)) await finishPod(cluster, pod);
    await cluster.settle();
    assert.equal((await condition('Failed'))?.reason, 'DeadlineExceeded');
    assert.deepEqual(await running(), []);
  });

  it('deletes its pods while suspended and starts again when resumed', async () => {
    await create({ suspend: true });
    assert.equal((await podsOf(cluster)).length, 0);
    assert.equal((await condition('Suspended'))?.reason, 'JobSuspended');
    await cluster.client.patch(Job, 'work', 'default', 'merge', { spec: { suspend: false } });
    await cluster.settle();
    assert.equal((await running()).length, 1);
    assert.equal((await condition('Suspended'))?.reason, 'JobResumed');
  });

  it('gives each pod of an indexed job its index and counts each index once', async () => {
    await create({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
    const pods = await running();
    const indexOf = (pod: Pod) => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
    assert.deepEqual(pods.map(indexOf).sort(), ['0', '1', '2']);
    await end(pods.find((pod) => indexOf(pod) === '1')!, 'Failed', 1);
    for (const index of ['0', '2']) await end(pods.find((pod) => indexOf(pod) === index)!, 'Succeeded');
    assert.equal((await get()).status?.completedIndexes, '0,2');
    await cluster.step(11_000);
    const [again] = await running();
    assert.equal(indexOf(again!), '1');
    await end(again!, 'Succeeded');
    assert.equal((await get()).status?.completedIndexes, '0-2');
    assert.ok(await condition('Complete'));
  });

  it('fails at once when a failure policy rule says FailJob', async () => {
    const onExitCodes = { containerName: 'main', operator: 'In' as const, values: [42] };
    const rule = { action: 'FailJob' as const, onExitCodes };
    await create({ podFailurePolicy: { rules: [rule] } });
    const [pod] = await running();
    await end(pod!, 'Failed', 42);
    const failed = await condition('Failed');
    assert.equal(failed?.reason, 'PodFailurePolicy');
    assert.equal(
      failed?.message,
      `Container main for pod default/${pod!.metadata.name} failed with exit code 42 matching FailJob rule at index 0`,
    );
  });

  it('with backoffLimitPerIndex continues with the other indexes and lists the failed ones', async () => {
    await create({ completions: 3, parallelism: 3, completionMode: 'Indexed', backoffLimitPerIndex: 1 });
    const indexOf = (pod: Pod) => pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'];
    const podOf = async (index: string) => (await running()).find((pod) => indexOf(pod) === index)!;
    await end(await podOf('1'), 'Failed', 1);
    await end(await podOf('0'), 'Succeeded');
    assert.equal(await podOf('1'), undefined);
    await cluster.step(11_000);
    const second = await podOf('1');
    assert.equal(second.metadata.annotations?.['batch.kubernetes.io/job-index-failure-count'], '1');
    await end(second, 'Failed', 1);
    assert.equal((await get()).status?.failedIndexes, '1');
    assert.equal(await condition('Failed'), undefined);
    await end(await podOf('2'), 'Succeeded');
    const { status } = await get();
    assert.deepEqual([status?.completedIndexes, status?.failedIndexes, status?.failed], ['0,2', '1', 2]);
    const failed = await condition('Failed');
    assert.deepEqual([failed?.reason, failed?.message], ['FailedIndexes', 'Job has failed indexes']);
  });

  it('fails when more than maxFailedIndexes have failed', async () => {
    const limits = { backoffLimitPerIndex: 0, maxFailedIndexes: 1 };
    await create({ completions: 4, parallelism: 4, completionMode: 'Indexed', ...limits });
    for (let i = 0; i < 2; i++) await end((await running())[0]!, 'Failed', 1);
    for (const pod of await podsOf(cluster)) await finishPod(cluster, pod);
    await cluster.settle();
    assert.equal((await condition('Failed'))?.reason, 'MaxFailedIndexesExceeded');
  });

  it('releases its pods from the finalizer when it is deleted', async () => {
    await create();
    await cluster.client.delete(Job, 'work', 'default', { propagationPolicy: 'Background' });
    await cluster.settle();
    assert.deepEqual(
      (await podsOf(cluster)).map((pod) => pod.metadata.finalizers),
      [undefined],
    );
  });
});

describe('indexes', () => {
  it('are written as ranges', () => {
    assert.equal(String(Indexes.of([5, 1, 3, 4, 9])), '1,3-5,9');
    assert.equal(String(Indexes.parse('3-5,1,4-6,x,7-,-1', 100)), '1,3-6');
  });

  it('count up to the completions, also those that a status or policy only claims', () => {
    const all = Indexes.parse('0-99999999999,5-2147483646,99999999999', 2_147_483_647);
    assert.deepEqual([all.size, String(all)], [2_147_483_642, '5-2147483646']);
    assert.deepEqual(freeIndexes(2_147_483_647, all, 9), [0, 1, 2, 3, 4]);
    assert.equal(Indexes.common(all, Indexes.parse('4-6', 10)), 2);
    assert.deepEqual([all.has(4), all.has(5), all.has(2_147_483_647)], [false, true, false]);
  });
});
