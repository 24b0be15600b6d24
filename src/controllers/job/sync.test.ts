import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { ResourceQuota } from '../../api/kinds/core/v1/resource-quota.ts';
import { finishPod } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPodTemplate } from '../../sim/objects/pod.ts';
import { aJob } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';

const INDEX = 'batch.kubernetes.io/job-completion-index';
const FAILURES = 'batch.kubernetes.io/job-index-failure-count';
const IGNORED = 'batch.kubernetes.io/job-index-ignored-failure-count';
const indexOf = (pod: Pod | undefined) => pod?.metadata.annotations?.[INDEX];

describe('a round for a job', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['job-controller'] });
  });
  afterEach(() => cluster.stop());

  const create = async (spec: Parameters<typeof aJob>[1] = {}) => {
    await cluster.client.create(Job, aJob('work', { completions: 1, parallelism: 1, ...spec }));
    await cluster.settle();
  };
  const patch = async (spec: object) => {
    await cluster.client.patch(Job, 'work', 'default', 'merge', { spec });
    await cluster.settle();
  };
  const status = async () => (await cluster.client.get(Job, 'work', 'default')).status;
  const condition = async (type: string) => (await status())?.conditions?.find((c) => c.type === type);
  const setStatus = async (pod: Pod, value: object) => {
    const { name = '' } = pod.metadata;
    const options = { subresource: 'status' };
    await cluster.client.patch(Pod, name, 'default', 'merge', { status: value }, options);
    await cluster.settle();
  };
  const container = (more: object) => ({
    ...{ name: 'main', image: 'busybox:1', imageID: '', ready: false, restartCount: 0 },
    ...more,
  });
  const end = (pod: Pod, exitCode: number) => {
    const terminated = { exitCode, finishedAt: new Date(cluster.clock.now()).toISOString() };
    const phase = exitCode === 0 ? 'Succeeded' : 'Failed';
    return setStatus(pod, { phase, containerStatuses: [container({ state: { terminated } })] });
  };
  const running = async () =>
    (await podsOf(cluster)).filter(
      (pod) => !['Succeeded', 'Failed'].includes(pod.status?.phase ?? '') && !pod.metadata.deletionTimestamp,
    );

  it('fails a job whose containers were restarted too often in their pods', async () => {
    const template = aPodTemplate({}, { restartPolicy: 'OnFailure' });
    await create({ backoffLimit: 2, template });
    const [pod] = await running();
    await setStatus(pod!, { phase: 'Running', containerStatuses: [container({ restartCount: 1 })] });
    assert.equal((await running()).length, 1);
    await setStatus(pod!, { phase: 'Running', containerStatuses: [container({ restartCount: 2 })] });
    assert.deepEqual(await running(), []);
    await finishPod(cluster, pod!);
    await cluster.settle();
    assert.equal((await condition('Failed'))?.reason, 'BackoffLimitExceeded');
  });

  it('does not count pods that a suspension deletes as failed', async () => {
    await create({ backoffLimit: 0, completions: 2, parallelism: 2 });
    await patch({ suspend: true });
    assert.deepEqual((await status())?.active, undefined);
    for (const pod of await podsOf(cluster)) await finishPod(cluster, pod);
    await cluster.settle();
    await patch({ suspend: false });
    assert.equal((await running()).length, 2);
    assert.deepEqual([(await status())?.failed, await condition('Failed')], [undefined, undefined]);
  });

  it('does not count pods as failed that a lower parallelism deletes', async () => {
    await create({ backoffLimit: 0, completions: 3, parallelism: 3 });
    await patch({ parallelism: 1 });
    assert.equal((await running()).length, 1);
    assert.deepEqual([(await status())?.active, (await status())?.failed], [1, undefined]);
  });

  it('makes pods of the template that a suspended job was given', async () => {
    await create();
    const nodeSelector = { disk: 'ssd' };
    const change = { template: { spec: { nodeSelector } } };
    await assert.rejects(patch(change), /field is immutable/);
    await patch({ suspend: true });
    for (const pod of await podsOf(cluster)) await finishPod(cluster, pod);
    await patch(change);
    await patch({ suspend: false });
    assert.deepEqual(
      (await running()).map(({ spec }) => spec?.nodeSelector),
      [nodeSelector],
    );
  });

  it('completes a suspended job that is scaled down to what has succeeded', async () => {
    await create({ completions: 3, parallelism: 3, completionMode: 'Indexed' });
    await end((await running()).find((pod) => indexOf(pod) === '0')!, 0);
    await patch({ suspend: true });
    for (const pod of await podsOf(cluster)) await finishPod(cluster, pod);
    await cluster.settle();
    await patch({ completions: 1, parallelism: 1 });
    assert.equal((await condition('Complete'))?.reason, 'CompletionsReached');
  });

  it('counts pods that have ended while no other can be created', async () => {
    await create({ completions: 3, parallelism: 1 });
    await cluster.client.create(ResourceQuota, {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'none', namespace: 'default' },
      spec: { hard: { pods: '0' } },
    });
    const used = { status: { hard: { pods: '0' }, used: { pods: '0' } } };
    const options = { subresource: 'status' };
    await cluster.client.patch(ResourceQuota, 'none', 'default', 'merge', used, options);
    await cluster.settle();
    await end((await running())[0]!, 0);
    assert.deepEqual([(await running()).length, (await status())?.succeeded], [0, 1]);
  });

  it('keeps one active pod for each index', async () => {
    await create({ completions: 2, parallelism: 2, completionMode: 'Indexed' });
    const [pod] = await running();
    const { uid: _, resourceVersion: __, ...metadata } = pod!.metadata;
    const copy = { ...pod!, metadata: { ...metadata, name: 'again' } };
    await cluster.client.create(Pod, copy);
    await cluster.settle();
    assert.deepEqual((await running()).map(indexOf).sort(), ['0', '1']);
    assert.equal((await status())?.failed, undefined);
  });

  it('with podReplacementPolicy Failed gives an index again only when its pod has ended', async () => {
    const indexed = { completionMode: 'Indexed', podReplacementPolicy: 'Failed' } as const;
    await create({ completions: 4, parallelism: 2, ...indexed });
    const first = (await running()).find((pod) => indexOf(pod) === '0')!;
    await cluster.client.delete(Pod, first.metadata.name!, 'default');
    await cluster.settle();
    await end((await running()).find((pod) => indexOf(pod) === '1')!, 0);
    assert.deepEqual((await running()).map(indexOf), ['2']);
    assert.equal((await status())?.terminating, 1);
    await end(first, 1);
    await cluster.step(11_000);
    assert.deepEqual((await running()).map(indexOf).sort(), ['0', '2']);
  });

  it('with backoffLimitPerIndex waits after ignored failures too, without counting them', async () => {
    const rule = { action: 'Ignore' as const, onExitCodes: { operator: 'In' as const, values: [42] } };
    const limits = { backoffLimitPerIndex: 0, podFailurePolicy: { rules: [rule] } };
    await create({ completionMode: 'Indexed', ...limits });
    await end((await running())[0]!, 42);
    assert.equal((await running()).length, 0);
    await cluster.step(11_000);
    const [second] = await running();
    assert.deepEqual(
      [second?.metadata.annotations?.[FAILURES], second?.metadata.annotations?.[IGNORED]],
      ['0', '1'],
    );
    await end(second!, 42);
    await cluster.step(11_000);
    assert.equal((await running()).length, 0);
    await cluster.step(10_000);
    assert.equal((await running())[0]?.metadata.annotations?.[IGNORED], '2');
    assert.equal((await status())?.failedIndexes, '');
  });

  it('keeps the index in the names of pods of a job with a long name', async () => {
    const name = 'a'.repeat(61);
    const job = aJob(name, { completions: 1, parallelism: 1, completionMode: 'Indexed' });
    await cluster.client.create(Job, job);
    await cluster.settle();
    assert.match((await running())[0]!.metadata.name!, /^a{55}-0-[a-z0-9]{5}$/);
  });

  it('leaves a job to the controller that managedBy names', async () => {
    await create({ managedBy: 'example.com/queue' });
    assert.deepEqual(await podsOf(cluster), []);
    assert.match(
      cluster.metrics.render(),
      /^job_controller_jobs_by_external_controller_total\{controller_name="example.com\/queue"\} 1$/m,
    );
  });

  it('is counted, as are the pods and the jobs that end', async () => {
    await create({ completions: 2, parallelism: 2, completionMode: 'Indexed', backoffLimit: 1 });
    const [first, second] = await running();
    await end(first!, 1);
    await end(second!, 0);
    await cluster.step(11_000);
    await end((await running())[0]!, 0);
    const text = cluster.metrics.render();
    for (const line of [
      'job_pods_finished_total{completion_mode="Indexed",result="failed"} 1',
      'job_pods_finished_total{completion_mode="Indexed",result="succeeded"} 2',
      'job_finished_indexes_total{status="succeeded",backoffLimit="global"} 2',
      'jobs_finished_total{completion_mode="Indexed",result="succeeded",reason="CompletionsReached"} 1',
      'job_pods_creation_total{reason="new",status="succeeded"} 2',
      'job_pods_creation_total{reason="recreate_terminating_or_failed",status="succeeded"} 1',
      'terminated_pods_tracking_finalizer_total{event="add"} 3',
      'terminated_pods_tracking_finalizer_total{event="delete"} 3',
    ])
      assert.ok(text.includes(`\njob_controller_${line}\n`), line);
    assert.ok(text.includes('job_syncs_total{completion_mode="Indexed",result="success",action="tracking"}'));
  });
});
