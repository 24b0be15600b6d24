import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { isTooManyRequests } from '../../api/status/status-error.ts';
import { runKubelets, setReady } from '../../sim/by-hand/pods.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod } from '../../sim/objects/pod.ts';
import { aDeployment } from '../../sim/objects/workloads.ts';
import { eventsAbout, podsOf } from '../../sim/observe.ts';

describe('the disruption controller', () => {
  let cluster: SimCluster;
  beforeEach(async () => {
    cluster = await simCluster({
      controllers: ['disruption-controller', 'deployment-controller', 'replicaset-controller'],
    });
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 4 }));
    await cluster.settle();
    await runKubelets(cluster);
  });
  afterEach(() => cluster.stop());
  const budget = async (spec: object) => {
    await cluster.client.create(PodDisruptionBudget, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'web', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'web' } }, ...spec },
    });
    await cluster.settle();
  };
  const status = async () => (await cluster.client.get(PodDisruptionBudget, 'web', 'default')).status;

  it('allows as many disruptions as the owners’ replicas exceed minAvailable', async () => {
    await budget({ maxUnavailable: 1 });
    const before = await status();
    assert.deepEqual(
      [before?.expectedPods, before?.desiredHealthy, before?.currentHealthy, before?.disruptionsAllowed],
      [4, 3, 4, 1],
    );
    await setReady(cluster, (await podsOf(cluster))[0]!, false);
    await cluster.settle();
    const after = await status();
    assert.deepEqual([after?.currentHealthy, after?.disruptionsAllowed], [3, 0]);
    assert.equal(after?.conditions?.[0]?.reason, 'InsufficientPods');
  });

  it('says that a pod has several budgets', async () => {
    await budget({ minAvailable: 1 });
    await cluster.client.create(PodDisruptionBudget, {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: { name: 'xtra', namespace: 'default' },
      spec: { selector: { matchLabels: { app: 'web' } }, minAvailable: 1 },
    });
    await cluster.settle();
    const pod = (await podsOf(cluster))[0]!;
    await setReady(cluster, pod, false);
    await cluster.settle();
    const name = pod.metadata.name!;
    assert.ok(
      (await eventsAbout(cluster, name)).includes(
        `Warning MultiplePodDisruptionBudgets Pod "default"/"${name}" matches multiple PodDisruptionBudgets.  Chose "web" arbitrarily.`,
      ),
    );
  });

  it('computes percentages from the owners’ replicas', async () => {
    await budget({ minAvailable: '50%' });
    assert.equal((await status())?.disruptionsAllowed, 2);
  });

  it('warns of pods without a controller only when the budget is computed from replicas', async () => {
    await cluster.client.create(Pod, aPod('alone', {}, { labels: { app: 'web' } }));
    const warnings = async () =>
      (await cluster.client.list(Event, { namespace: 'default' })).items.filter(
        ({ reason }) => reason === 'UnmanagedPods',
      ).length;
    await budget({ minAvailable: 1 });
    assert.equal(await warnings(), 0);
    await cluster.client.patch(PodDisruptionBudget, 'web', 'default', 'merge', {
      spec: { minAvailable: '50%' },
    });
    await cluster.settle();
    assert.equal(await warnings(), 1);
  });

  it('allows nothing while the budget sets neither minAvailable nor maxUnavailable', async () => {
    await budget({});
    const { expectedPods, disruptionsAllowed } = (await status())!;
    assert.deepEqual([expectedPods, disruptionsAllowed], [0, 0]);
  });

  it('allows evictions until the budget is used up', async () => {
    await budget({ minAvailable: 3 });
    const evict = (name: string) =>
      cluster.client.post(Pod, name, 'default', 'eviction', {
        apiVersion: 'policy/v1',
        kind: 'Eviction',
        metadata: { name, namespace: 'default' },
      });
    const [first, second] = (await podsOf(cluster)).map((pod) => pod.metadata.name!);
    await evict(first!);
    await cluster.settle();
    await assert.rejects(evict(second!), isTooManyRequests);
  });

  it('reads the scale of an owner whose own owner is gone', async () => {
    await cluster.client.delete(Deployment, 'web', 'default', { propagationPolicy: 'Background' });
    await budget({ maxUnavailable: '25%' });
    const { expectedPods, disruptionsAllowed } = (await status())!;
    assert.deepEqual([expectedPods, disruptionsAllowed], [4, 1]);
  });

  it('allows nothing while it is not known how many pods an owner wants', async () => {
    await budget({ maxUnavailable: 1 });
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'agent', uid: 'x', controller: true };
    const metadata = { labels: { app: 'web' }, ownerReferences: [owner] };
    await cluster.client.create(Pod, aPod('agent', {}, metadata));
    await cluster.settle();
    const failed = (await status())!;
    const why = 'daemonsets.apps does not implement the scale subresource';
    const { reason, message } = failed.conditions?.[0] ?? {};
    assert.deepEqual([failed.disruptionsAllowed, failed.expectedPods], [0, 4]);
    assert.deepEqual([reason, message], ['SyncFailed', why]);
    const events = (await cluster.client.list(Event, { namespace: 'default' })).items;
    assert.ok(events.some((one) => one.reason === 'CalculateExpectedPodCountFailed'));
    await cluster.client.delete(Pod, 'agent', 'default', { gracePeriodSeconds: 0 });
    await cluster.settle();
    assert.equal((await status())?.disruptionsAllowed, 1);
  });

  it('takes DisruptionTarget back from a pod that is still there after two minutes', async () => {
    const mark = async (pod: Pod, reason: string) => {
      const lastTransitionTime = new Date(cluster.clock.now()).toISOString();
      const condition = { type: 'DisruptionTarget', status: 'True', reason, lastTransitionTime };
      const patch = { status: { conditions: [condition] } };
      const options = { subresource: 'status' };
      await cluster.client.patch(Pod, pod.metadata.name!, 'default', 'strategic', patch, options);
    };
    const [first, second] = await podsOf(cluster);
    await mark(first!, 'EvictionByEvictionAPI');
    await mark(second!, 'TerminationByKubelet');
    const targets = async () =>
      (await podsOf(cluster)).map(({ status }) => {
        const found = status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
        return found && [found.status, found.reason];
      });
    await cluster.step(119_000);
    assert.deepEqual((await targets())[0], ['True', 'EvictionByEvictionAPI']);
    await cluster.step(2_000);
    assert.deepEqual((await targets()).slice(0, 2), [
      ['False', undefined],
      ['True', 'TerminationByKubelet'],
    ]);
  });
});
