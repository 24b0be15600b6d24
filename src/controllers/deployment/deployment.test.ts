import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { finishPod, runKubelets, setReady } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aContainer } from '../../sim/objects/pod.ts';
import { aDeployment } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';

const deployment = (spec: Parameters<typeof aDeployment>[1] = {}): Deployment =>
  aDeployment('web', { replicas: 3, ...spec }, { containers: [aContainer('main', { image: 'v1' })] });

describe('the deployment controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({ controllers: ['deployment-controller', 'replicaset-controller'] });
  });
  afterEach(() => cluster.stop());

  const get = () => cluster.client.get(Deployment, 'web', 'default');
  const sets = async () =>
    (await cluster.client.list(ReplicaSet, { namespace: 'default' })).items.sort(
      (a, b) => Number(revision(a)) - Number(revision(b)),
    );
  const revision = (o: { metadata: { annotations?: Record<string, string> } }) =>
    o.metadata.annotations?.['deployment.kubernetes.io/revision'];
  const setImage = (image: string) =>
    cluster.client.patch(Deployment, 'web', 'default', 'strategic', {
      spec: { template: { spec: { containers: [{ name: 'main', image }] } } },
    });
  const condition = async (type: string) => (await get()).status?.conditions?.find((c) => c.type === type);
  const create = async (spec: Parameters<typeof aDeployment>[1] = {}) => {
    await cluster.client.create(Deployment, deployment(spec));
    await cluster.settle();
    await runKubelets(cluster);
  };
  const activeByImage = async () => {
    const count: Record<string, number> = {};
    for (const pod of await podsOf(cluster)) {
      if (pod.metadata.deletionTimestamp) continue;
      const image = pod.spec?.containers[0]?.image ?? '';
      count[image] = (count[image] ?? 0) + 1;
    }
    return count;
  };

  it('creates a replica set of revision 1 and becomes available', async () => {
    await create();
    const [set] = await sets();
    assert.equal(revision(set!), '1');
    assert.equal(set?.metadata.annotations?.['deployment.kubernetes.io/desired-replicas'], '3');
    assert.equal(set?.metadata.annotations?.['deployment.kubernetes.io/max-replicas'], '4');
    const hash = set?.metadata.labels?.['pod-template-hash'];
    assert.equal(set?.metadata.name, `web-${hash}`);
    assert.equal(set?.spec?.selector.matchLabels?.['pod-template-hash'], hash);
    const made = await get();
    assert.equal(revision(made), '1');
    assert.equal(made.status?.availableReplicas, 3);
    assert.equal((await condition('Available'))?.reason, 'MinimumReplicasAvailable');
    const progressing = await condition('Progressing');
    assert.equal(progressing?.reason, 'NewReplicaSetAvailable');
    assert.equal(progressing?.message, `ReplicaSet "${set?.metadata.name}" has successfully progressed.`);
    const { items } = await cluster.client.list(Event, { namespace: 'default' });
    const scaling = items.filter((event) => event.reason === 'ScalingReplicaSet').map((e) => e.message);
    assert.deepEqual(scaling, [`Scaled up replica set ${set?.metadata.name} from 0 to 3`]);
  });

  it('looks at no pods while it rolls out step by step: its sets count them', async (t) => {
    const { lister } = cluster.informers.informer(Pod);
    await create();
    const looks = t.mock.method(lister, 'byIndex');
    await cluster.client.patch(Deployment, 'web', 'default', 'merge', {
      metadata: { labels: { is: 'new' } },
    });
    await cluster.settle();
    assert.equal(looks.mock.callCount(), 0);
  });

  it('rolls out a new template within maxUnavailable and maxSurge', async () => {
    await create({ replicas: 4 });
    await setImage('v2');
    for (let round = 0; round < 40; round++) {
      await cluster.settle();
      const pods = await podsOf(cluster);
      const active = pods.filter((pod) => !pod.metadata.deletionTimestamp);
      const ready = active.filter((pod) => pod.status?.conditions?.some((c) => c.status === 'True'));
      assert.ok(active.length <= 5, `${active.length} active pods`);
      assert.ok(ready.length >= 3, `${ready.length} ready pods`);
      const waiting = active.find((pod) => !ready.includes(pod));
      const leaving = pods.find((pod) => pod.metadata.deletionTimestamp);
      if (waiting) await setReady(cluster, waiting);
      else if (leaving) await finishPod(cluster, leaving);
      else break;
    }
    await cluster.settle();
    assert.deepEqual(await activeByImage(), { v2: 4 });
    const [old, current] = await sets();
    assert.deepEqual([revision(old!), old?.spec?.replicas], ['1', 0]);
    assert.deepEqual([revision(current!), current?.spec?.replicas], ['2', 4]);
    assert.equal(revision(await get()), '2');
  });

  it('rolls back by scaling up the old replica set, as a new revision with a history', async () => {
    await create();
    await setImage('v2');
    await cluster.settle();
    await runKubelets(cluster);
    await setImage('v1');
    await cluster.settle();
    await runKubelets(cluster);
    assert.deepEqual(await activeByImage(), { v1: 3 });
    const all = await sets();
    assert.deepEqual(all.map(revision), ['2', '3']);
    assert.equal(all[1]?.metadata.annotations?.['deployment.kubernetes.io/revision-history'], '1');
  });

  it('with Recreate creates no new pod before the last old one is gone', async () => {
    await create({ strategy: { type: 'Recreate' } });
    await setImage('v2');
    await cluster.settle();
    const pods = await podsOf(cluster);
    assert.ok(pods.every((pod) => pod.metadata.deletionTimestamp || pod.spec?.containers[0]?.image === 'v2'));
    await runKubelets(cluster);
    assert.deepEqual(await activeByImage(), { v2: 3 });
  });

  it('while paused scales but rolls nothing out', async () => {
    await create({ paused: true });
    assert.equal((await sets()).length, 0);
    await cluster.client.patch(Deployment, 'web', 'default', 'merge', { spec: { paused: false } });
    await cluster.settle();
    await runKubelets(cluster);
    await cluster.client.patch(Deployment, 'web', 'default', 'merge', { spec: { paused: true } });
    await setImage('v2');
    await cluster.client.patch(Deployment, 'web', 'default', 'merge', { spec: { replicas: 5 } });
    await cluster.settle();
    await runKubelets(cluster);
    assert.deepEqual(await activeByImage(), { v1: 5 });
    assert.equal((await condition('Progressing'))?.reason, 'DeploymentPaused');
  });

  it('scales old and new set proportionally during a rollout', async () => {
    await create({ replicas: 10, strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
    await setImage('v2');
    await cluster.settle();
    assert.deepEqual(await activeByImage(), { v1: 8, v2: 5 });
    await cluster.client.patch(Deployment, 'web', 'default', 'merge', { spec: { replicas: 15 } });
    await cluster.settle();
    assert.deepEqual(await activeByImage(), { v1: 11, v2: 7 });
  });

  it('sets ProgressDeadlineExceeded when there is no progress until the deadline', async () => {
    await cluster.client.create(Deployment, deployment({ progressDeadlineSeconds: 10 }));
    await cluster.settle();
    await cluster.step(15_000);
    const progressing = await condition('Progressing');
    assert.deepEqual([progressing?.status, progressing?.reason], ['False', 'ProgressDeadlineExceeded']);
  });

  it('deletes the oldest revisions beyond the history limit', async () => {
    await create({ revisionHistoryLimit: 1 });
    for (const image of ['v2', 'v3', 'v4']) {
      await setImage(image);
      await cluster.settle();
      await runKubelets(cluster);
    }
    assert.deepEqual((await sets()).map(revision), ['3', '4']);
  });
});
