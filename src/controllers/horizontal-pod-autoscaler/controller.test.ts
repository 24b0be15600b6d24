import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { FeatureGates } from '../../api/features/feature-gates.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { HorizontalPodAutoscaler } from '../../api/kinds/autoscaling/v2/horizontal-pod-autoscaler.ts';
import { Event } from '../../api/kinds/core/v1/event.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { rfc3339 } from '../../kit/clock.ts';
import { create } from '../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer, aPodTemplate } from '../../sim/objects/pod.ts';

type Spec = HorizontalPodAutoscaler['spec'];

const HOUR = 3_600_000;
const labels = { app: 'web' };
const byCpu = (averageUtilization: number): Spec['metrics'] => [
  { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
];

describe('the autoscaler', () => {
  let cluster: SimCluster;
  /** Cores that each pod uses. */
  let used: Record<string, number>;
  /** Core-seconds that each pod has used. */
  let total: Record<string, number>;
  let readAt = 0;

  async function start(gates = ''): Promise<void> {
    const features = new FeatureGates(gates);
    used = {};
    total = {};
    cluster = await simCluster({
      controllers: ['horizontal-pod-autoscaler-controller'],
      settings: { features },
      apiServer: { features, readKubelet: async () => reading() },
    });
    readAt = cluster.clock.now();
    await cluster.client.create(Node, aNode('node1'));
  }
  beforeEach(() => start());
  afterEach(() => cluster.stop());

  function reading() {
    const at = cluster.clock.now();
    const pods = Object.entries(used).map(([name, cores]) => {
      total[name] = (total[name] ?? 0) + (cores * (at - readAt)) / 1000;
      const point = { at, cpu: total[name], memory: 64 << 20, startedAt: at - HOUR };
      return [`default/${name}`, new Map([['main', point]])] as const;
    });
    readAt = at;
    return { node: undefined, pods: new Map(pods) };
  }

  /** Runs, has been ready for an hour, and requests 100m. */
  async function run(name: string, cores: number): Promise<void> {
    const container = aContainer('main', { resources: { requests: { cpu: '100m' } } });
    const pod = aBoundPod(name, { containers: [container] }, { labels });
    const made = await cluster.client.create(Pod, pod);
    const startTime = rfc3339(cluster.clock.now() - HOUR);
    const conditions = [{ type: 'Ready', status: 'True', lastTransitionTime: startTime }];
    const status = { phase: 'Running' as const, startTime, conditions };
    await cluster.client.update(Pod, { ...made, status }, { subresource: 'status' });
    used[name] = cores;
  }

  async function replicaSet(replicas: number): Promise<void> {
    const made = await cluster.client.create(ReplicaSet, {
      apiVersion: 'apps/v1',
      kind: 'ReplicaSet',
      metadata: { name: 'web', namespace: 'default' },
      spec: { replicas, selector: { matchLabels: labels }, template: aPodTemplate(labels) },
    });
    const status = { replicas };
    await cluster.client.update(ReplicaSet, { ...made, status }, { subresource: 'status' });
  }

  async function autoscale(spec: Partial<Spec> = {}, name = 'web'): Promise<void> {
    const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web' };
    await cluster.client.create(HorizontalPodAutoscaler, {
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name, namespace: 'default' },
      spec: { scaleTargetRef, minReplicas: 1, maxReplicas: 10, metrics: byCpu(50), ...spec },
    });
  }

  const status = async (name = 'web') =>
    (await cluster.client.get(HorizontalPodAutoscaler, name, 'default')).status;
  const replicas = async () => (await cluster.client.get(ReplicaSet, 'web', 'default')).spec?.replicas;
  const events = async () =>
    (await cluster.client.list(Event, { namespace: 'default' })).items.map(
      ({ type, reason, message }) => `${type} ${reason}: ${message}`,
    );

  /** The condition, once it has this reason. */
  async function condition(type: string, reason: string, name = 'web') {
    return cluster.until(
      `${type} ${reason}`,
      async () => {
        const found = (await status(name))?.conditions?.find((one) => one.type === type);
        return found?.reason === reason ? found : undefined;
      },
      500,
    );
  }
  const scaledTo = (count: number) =>
    cluster.until(`${count} replicas`, async () => (await replicas()) === count, 500);

  it('adds replicas within the first seconds, not more than twice their number', async () => {
    await replicaSet(3);
    for (const name of ['a', 'b', 'c']) await run(name, 0.2);
    const began = cluster.clock.now();
    await autoscale({ maxReplicas: 20 });
    await scaledTo(6);
    assert.ok(cluster.clock.now() - began < 5000);
    const able = await condition('AbleToScale', 'SucceededRescale');
    assert.equal(able.message, 'the HPA controller was able to update the target scale to 6');
    const limited = await condition('ScalingLimited', 'ScaleUpLimit');
    assert.equal(limited.status, 'True');
    const active = await condition('ScalingActive', 'ValidMetricFound');
    const metric = 'cpu resource utilization (percentage of request)';
    assert.equal(active.message, `the HPA was able to successfully calculate a replica count from ${metric}`);
    const { currentReplicas, desiredReplicas, currentMetrics, lastScaleTime } = (await status())!;
    assert.deepEqual([currentReplicas, desiredReplicas], [3, 6]);
    assert.ok(lastScaleTime);
    const metrics = () => cluster.metrics.render();
    const desired =
      'horizontal_pod_autoscaler_controller_desired_replicas{namespace="default",hpa_name="web"} 6\n';
    assert.ok(metrics().includes(desired));
    assert.match(metrics(), /controller_num_horizontal_pod_autoscalers 1\n/);
    const current = { averageUtilization: 200, averageValue: '200m' };
    assert.deepEqual(currentMetrics, [{ type: 'Resource', resource: { name: 'cpu', current } }]);
    const all = await cluster.until('an event', async () => (await events()).length > 0 && events());
    assert.deepEqual(all, [`Normal SuccessfulRescale: New size: 6; reason: ${metric} above target`]);
    const { body } = await cluster.call(
      'GET',
      '/apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers',
      undefined,
      { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' } },
    );
    assert.equal(body.rows[0].cells[2], 'cpu: 200%/50%');
  });

  it('takes replicas away only after the stabilization window', async () => {
    await replicaSet(3);
    for (const name of ['a', 'b', 'c']) await run(name, 0.01);
    await autoscale();
    await condition('AbleToScale', 'ScaleDownStabilized');
    assert.equal(await replicas(), 3);
    await cluster.clock.step(280_000);
    assert.equal(await replicas(), 3);
    await scaledTo(1);
    const all = await cluster.until('an event', async () => (await events()).length > 0 && events());
    assert.deepEqual(all, ['Normal SuccessfulRescale: New size: 1; reason: All metrics below target']);
  });

  it('follows the policies of a behavior', async () => {
    await replicaSet(4);
    for (const name of ['a', 'b', 'c', 'd']) await run(name, 0);
    const policies = [{ type: 'Pods', value: 1, periodSeconds: 60 }];
    await autoscale({ behavior: { scaleDown: { stabilizationWindowSeconds: 0, policies } } });
    await scaledTo(3);
    await condition('ScalingLimited', 'ScaleDownLimit');
    await cluster.clock.step(40_000);
    assert.equal(await replicas(), 3);
    await scaledTo(2);
  });

  it('keeps replicas within the bounds whatever metrics say', async () => {
    await replicaSet(7);
    await autoscale({ maxReplicas: 5 });
    await scaledTo(5);
    const text =
      'Normal SuccessfulRescale: New size: 5; reason: Current number of replicas above Spec.MaxReplicas';
    await cluster.until('an event', async () => (await events()).includes(text));
  });

  it('is off while somebody else has scaled to zero', async () => {
    await replicaSet(0);
    await autoscale();
    const active = await condition('ScalingActive', 'ScalingDisabled');
    assert.equal(active.message, 'scaling is disabled since the replica count of the target is zero');
    assert.equal(await replicas(), 0);
  });

  it('scales to zero and back by a metric from outside, if the gate is on', async () => {
    await cluster.stop();
    await start('HPAScaleToZero=true');
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    // What an adapter would answer, from custom objects.
    await create(cluster, path, {
      metadata: {
        name: 'queue.external.metrics.k8s.io',
        annotations: { 'api-approved.kubernetes.io': 'unapproved, for a test' },
      },
      spec: {
        group: 'external.metrics.k8s.io',
        names: { kind: 'Queue', plural: 'queue' },
        scope: 'Namespaced',
        versions: [
          {
            ...{ name: 'v1beta1', served: true, storage: true },
            schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
          },
        ],
      },
    });
    const values = '/apis/external.metrics.k8s.io/v1beta1/namespaces/default/queue';
    const made = await create(cluster, values, {
      apiVersion: 'external.metrics.k8s.io/v1beta1',
      kind: 'Queue',
      metadata: { name: 'q' },
      value: '0',
    });
    await replicaSet(2);
    for (const name of ['a', 'b']) await run(name, 0);
    const target = { type: 'AverageValue', averageValue: '1' };
    const metrics = [{ type: 'External', external: { metric: { name: 'queue' }, target } }];
    const scaleDown = { stabilizationWindowSeconds: 0 };
    await autoscale({ minReplicas: 0, metrics, behavior: { scaleDown } });
    await scaledTo(0);
    assert.equal((await condition('ScaledToZero', 'ScaledToZero')).status, 'True');
    await cluster.call('PUT', `${values}/q`, { ...made, value: '3' });
    await scaledTo(3);
    assert.equal((await condition('ScaledToZero', 'NotScaledToZero')).status, 'False');
  });

  it('tells why nothing was measured', async () => {
    await replicaSet(1);
    await autoscale();
    const active = await condition('ScalingActive', 'FailedGetResourceMetric');
    const why =
      'failed to get cpu utilization: unable to get metrics for resource cpu: no metrics returned from resource metrics API';
    assert.equal(active.message, `the HPA was unable to compute the replica count: ${why}`);
    assert.deepEqual(await cluster.until('events', async () => (await events()).length === 2 && events()), [
      `Warning FailedGetResourceMetric: ${why}`,
      `Warning FailedComputeMetricsReplicas: invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: ${why}`,
    ]);
    assert.equal((await status())?.currentReplicas, 1);
  });

  it('adds replicas by one metric while another fails', async () => {
    await replicaSet(1);
    await run('a', 0.1);
    const target = { type: 'AverageValue', averageValue: '1' };
    const failing = { type: 'Pods', pods: { metric: { name: 'hits' }, target } };
    await autoscale({ metrics: [failing, ...byCpu(50)!] });
    await scaledTo(2);
    await condition('ScalingActive', 'ValidMetricFound');
    const why =
      'Warning FailedGetPodsMetric: unable to get metric hits: unable to fetch metrics from custom metrics API: no custom metrics API (custom.metrics.k8s.io) registered';
    await cluster.until('an event', async () => (await events()).includes(why));
  });

  it('tells why there is no scale', async () => {
    await autoscale();
    const able = await condition('AbleToScale', 'FailedGetScale');
    const prefix = "the HPA controller was unable to get the target's current scale: ";
    assert.equal(able.message, `${prefix}replicasets.apps "web" not found`);
    await autoscale({ scaleTargetRef: { apiVersion: 'x.io/v1', kind: 'Foo', name: 'f' } }, 'foo');
    const unknown = await condition('AbleToScale', 'FailedGetScale', 'foo');
    assert.equal(unknown.message, `${prefix}no matches for kind "Foo" in group "x.io"`);
  });

  it('does not scale pods that another autoscaler scales', async () => {
    await replicaSet(1);
    await run('a', 1);
    await autoscale({ maxReplicas: 1 }, 'other');
    await condition('ScalingActive', 'ValidMetricFound', 'other');
    await autoscale();
    const active = await condition('ScalingActive', 'AmbiguousSelector');
    assert.equal(
      active.message,
      'pods by selector app=web are controlled by multiple HPAs: [{other default} {web default}]',
    );
    assert.equal(await replicas(), 1);
    await cluster.client.delete(HorizontalPodAutoscaler, 'other', 'default');
    await scaledTo(4);
  });

  it('scales custom kinds', async () => {
    const replicas = { type: 'object', properties: { replicas: { type: 'integer' } } };
    const text = {
      type: 'object',
      properties: { selector: { type: 'string' }, replicas: { type: 'integer' } },
    };
    const schema = { type: 'object', properties: { spec: replicas, status: text } };
    const scale = {
      specReplicasPath: '.spec.replicas',
      statusReplicasPath: '.status.replicas',
      labelSelectorPath: '.status.selector',
    };
    await create(cluster, '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', {
      metadata: { name: 'foos.x.io' },
      spec: {
        group: 'x.io',
        names: { kind: 'Foo', plural: 'foos' },
        scope: 'Namespaced',
        versions: [
          {
            ...{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } },
            subresources: { status: {}, scale },
          },
        ],
      },
    });
    const path = '/apis/x.io/v1/namespaces/default/foos';
    const foo = { apiVersion: 'x.io/v1', kind: 'Foo', metadata: { name: 'f' }, spec: { replicas: 2 } };
    const made = await create(cluster, path, foo);
    const put = { ...made, status: { replicas: 2, selector: 'app=web' } };
    assert.equal((await cluster.call('PUT', `${path}/f/status`, put)).status, 200);
    for (const name of ['a', 'b']) await run(name, 0.1);
    await autoscale({ scaleTargetRef: { apiVersion: 'x.io/v1', kind: 'Foo', name: 'f' } });
    const wanted = async () => (await cluster.call('GET', `${path}/f`)).body.spec.replicas === 4;
    await cluster.until('4 replicas', wanted, 500);
  });

  it('looks again when its specification changes, and keeps to the period otherwise', async () => {
    await replicaSet(2);
    for (const name of ['a', 'b']) await run(name, 0.05);
    await autoscale();
    await condition('ScalingActive', 'ValidMetricFound');
    used.a = 0.2;
    await cluster.clock.step(5000);
    assert.equal(await replicas(), 2);
    const found = await cluster.client.get(HorizontalPodAutoscaler, 'web', 'default');
    await cluster.client.update(HorizontalPodAutoscaler, {
      ...found,
      spec: { ...found.spec, minReplicas: 3 },
    });
    await cluster.until('3 replicas', async () => (await replicas()) === 3);
  });
});
