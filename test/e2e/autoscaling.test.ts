// Horizontal autoscaling of real containers, out of the box: examples/autoscaling under load, and metrics of an adapter.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { systemClock } from '../../src/kit/clock.ts';
import { apply, startAggregatedServer } from '../support/aggregated-server.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const MINUTE = 60_000;
let cluster: TestCluster;
const kubectl = (...words: string[]) => cluster.kubectl(...words);
const scale = (name: string, replicas: number) =>
  kubectl('scale', 'deployment', name, `--replicas=${replicas}`);
const replicas = async (name: string): Promise<number> =>
  Number(await kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}'));
const events = () =>
  kubectl('get', 'events', '-o', 'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}');

/** With the tries apart: every one starts a kubectl. */
const until = (what: string, probe: () => Promise<boolean>, ms = 2 * MINUTE) =>
  eventually(
    what,
    async () => {
      if (await probe()) return true;
      await systemClock.sleep(1000);
      return false;
    },
    ms,
  );

describe('autoscaling', { concurrency: true }, () => {
  before(async () => {
    const files = [join(repository, 'examples/autoscaling')];
    cluster = await startTestCluster({ name: 'tph-e2e-autoscaling', files });
    await kubectl('rollout', 'status', 'deployment/work', '--timeout=60s');
  });
  after(() => cluster?.down());

  describe('by CPU', { concurrency: false }, () => {
    it('kubectl top tells what nodes and pods use, the first time it is asked', async () => {
      const node = cluster.nodes[0]!;
      assert.match(await kubectl('top', 'node'), new RegExp(`^${node} +\\d+m +\\d+% +\\d+Mi +\\d+%`, 'm'));
      await until('figures of the pod', async () =>
        /^work-\S+ +\d+m +\d+Mi/m.test(await kubectl('top', 'pod')),
      );
      const table = await kubectl('get', 'pods.metrics.k8s.io', '-l', 'app=work');
      assert.match(table, /^NAME +CPU +MEMORY +WINDOW\nwork-\S+ +\S+ +\d+Ki +[\d.ms]+$/m);
      const containers = await kubectl('top', 'pod', '--containers', '-l', 'app=work');
      assert.match(containers, /^work-\S+ +work +\d+m/m);
    });

    it('is idle without load', async () => {
      await until('a measurement', async () => /cpu: \d+%\/50%/.test(await kubectl('get', 'hpa', 'work')));
      assert.equal(await replicas('work'), 1);
    });

    it('adds replicas under load', async () => {
      await scale('load', 1);
      await until('three replicas', async () => (await replicas('work')) >= 3);
      const added =
        /SuccessfulRescale: New size: \d; reason: cpu resource utilization \(percentage of request\) above target/;
      await until('an event', async () => added.test(await events()));
      await kubectl('wait', '--for=condition=ScalingActive', 'hpa/work', '--timeout=30s');
    });

    it('takes them away after it', async () => {
      await scale('load', 0);
      await until('one replica', async () => (await replicas('work')) === 1, 3 * MINUTE);
      assert.match(await events(), /SuccessfulRescale: New size: \d; reason: All metrics below target/);
    });
  });

  it('follows metrics of an adapter: of an object, and external ones', async () => {
    await startAggregatedServer(cluster, [
      'v1beta2.custom.metrics.k8s.io',
      'v1beta1.external.metrics.k8s.io',
    ]);
    const hits = {
      describedObject: { apiVersion: 'v1', kind: 'Service', name: 'work' },
      metric: { name: 'hits' },
      target: { type: 'Value', value: '1' },
    };
    const queue = { metric: { name: 'queue' }, target: { type: 'AverageValue', averageValue: '500m' } };
    const deployment = (name: string) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name },
      spec: {
        selector: { matchLabels: { app: name } },
        template: {
          metadata: { labels: { app: name } },
          spec: {
            terminationGracePeriodSeconds: 0,
            containers: [{ name: 'main', image: 'localhost/work:1' }],
          },
        },
      },
    });
    const autoscaler = (name: string, metric: object) => ({
      apiVersion: 'autoscaling/v2',
      kind: 'HorizontalPodAutoscaler',
      metadata: { name },
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        maxReplicas: 5,
        metrics: [metric],
      },
    });
    await apply(cluster, deployment('hits'), deployment('queue'));
    for (const name of ['hits', 'queue'])
      await kubectl('rollout', 'status', `deployment/${name}`, '--timeout=60s');
    await apply(
      cluster,
      autoscaler('hits', { type: 'Object', object: hits }),
      autoscaler('queue', { type: 'External', external: queue }),
    );
    // The value of the object is for all replicas: with each look there are three times as many, up to the maximum.
    await until('replicas by the metric of an object', async () => (await replicas('hits')) >= 3);
    await until('replicas by an external metric', async () => (await replicas('queue')) === 5);
    assert.match(await kubectl('get', 'hpa'), /^queue +Deployment\/queue +\S+\/500m \(avg\)/m);
  });
});
