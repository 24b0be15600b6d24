import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { Family } from '../../api/addresses/prefix.ts';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { Job } from '../../api/kinds/batch/v1/job.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { silentLogger } from '../../kit/log.ts';
import { DEFAULT_SIMULATION, type SimulationSettings } from '../../kubelet/simulated/settings.ts';
import { type SimCluster, type SimClusterOptions, simCluster } from '../../sim/cluster.ts';
import { aContainer, aPod, aPodTemplate, type PodSpec } from '../../sim/objects/pod.ts';
import { aDeployment, aJob } from '../../sim/objects/workloads.ts';
import { findPod, podInPhase, podsOf } from '../../sim/observe.ts';
import { POWER } from './node-settings.ts';
import { SimulatedNodes } from './simulated-nodes.ts';

const whole = { controllers: 'all', scheduler: true } as const;
const NAMES = ['dev-sim-1', 'dev-sim-2', 'dev-sim-3'];
const exists = { operator: 'Exists', effect: 'NoSchedule' } as const;
const tolerations = [{ key: 'kwok.x-k8s.io/node', ...exists }];

async function simulate(
  { client, clock, random }: SimCluster,
  t: TestContext,
  settings: Partial<SimulationSettings> = {},
  families: readonly Family[] = ['IPv4'],
): Promise<SimulatedNodes> {
  const nodes = new SimulatedNodes({
    ...{
      names: NAMES,
      tainted: true,
      families,
      client,
      kubeletPort: 1,
      clock,
      random,
      log: silentLogger,
    },
    settings: { ...DEFAULT_SIMULATION, ...settings },
  });
  t.after(() => nodes.stop());
  await nodes.start();
  return nodes;
}

/** A cluster of which only simulated nodes are nodes, unless `options` say otherwise. */
async function scene(
  t: TestContext,
  settings: Partial<SimulationSettings> = {},
  options: SimClusterOptions = whole,
): Promise<{ cluster: SimCluster; nodes: SimulatedNodes }> {
  const cluster = await simCluster(options, t);
  const nodes = await simulate(cluster, t, settings);
  await cluster.step(1_000);
  return { cluster, nodes };
}

const isReady = (pod: Pod) => pod.status?.conditions?.some((c) => c.type === 'Ready' && c.status === 'True');

const readyPods = (cluster: SimCluster, count: number, stepMs = 500) =>
  cluster.until(
    `${count} pods are ready`,
    async () => {
      const pods = (await podsOf(cluster, 'app=web')).filter((pod) => !pod.metadata.deletionTimestamp);
      return pods.length === count && pods.every(isReady) ? pods : undefined;
    },
    stepMs,
  );

const bound = (name: string, spec: Partial<PodSpec> = {}) => aPod(name, { nodeName: NAMES[0]!, ...spec });

describe('simulated nodes', () => {
  it('have addresses of each family of the cluster, as have their pods', async (t) => {
    const cluster = await simCluster(whole, t);
    await simulate(cluster, t, {}, ['IPv6', 'IPv4']);
    await cluster.client.create(Pod, bound('a'));
    const addressed = async () => {
      const { status } = await cluster.client.get(Pod, 'a', 'default');
      return status?.podIPs && status;
    };
    const { podIPs, hostIPs } = await cluster.until('a pod with addresses', addressed, 500);
    assert.deepEqual(podIPs, [{ ip: 'fd74:6970:6879:c000::2' }, { ip: '100.64.0.2' }]);
    assert.deepEqual(hostIPs, [{ ip: '::1' }, { ip: '127.0.0.1' }]);
    const { spec } = await cluster.client.get(Node, NAMES[0]!);
    assert.deepEqual(spec!.podCIDRs, ['fd74:6970:6879:c000::/64', '100.64.0.0/23']);
  });

  it('register as nodes of their kind, with the configured size, and are ready', async (t) => {
    const settings = {
      capacity: { cpu: '8', memory: '16Gi', pods: '50', 'example.com/gpu': '2' },
      labels: { disk: 'fast' },
      zones: ['a', 'b'],
    };
    const { cluster } = await scene(t, settings);
    const { items } = await cluster.client.list(Node);
    assert.deepEqual(
      items.map(({ metadata }) => metadata.name),
      NAMES,
    );
    assert.ok(items.every(isNodeReady));
    const zones = items.map(({ metadata }) => metadata.labels?.['topology.kubernetes.io/zone']);
    assert.deepEqual(zones, ['a', 'b', 'a']);
    const [{ metadata, spec, status }] = items as [Node, ...Node[]];
    assert.equal(metadata.labels?.type, 'kwok');
    assert.equal(metadata.labels?.['node-role.kubernetes.io/simulated'], '');
    assert.equal(metadata.labels?.disk, 'fast');
    assert.deepEqual(spec?.taints, [{ key: 'kwok.x-k8s.io/node', value: 'fake', effect: 'NoSchedule' }]);
    assert.equal(spec?.podCIDR, '100.64.0.0/23');
    const { cpu, memory, pods, 'example.com/gpu': gpus } = status?.allocatable ?? {};
    assert.deepEqual([cpu, memory, pods, gpus], ['8', '16Gi', '50', '2']);
  });

  it('renew their leases every ten seconds', async (t) => {
    const { cluster } = await scene(t);
    const renewed = async () =>
      (await cluster.client.get(Lease, NAMES[1]!, 'kube-node-lease')).spec?.renewTime;
    const before = await renewed();
    await cluster.step(10_000);
    assert.notEqual(await renewed(), before);
  });

  it('take the pods that tolerate their taint, and leave others to real nodes', async (t) => {
    const { cluster } = await scene(t, {}, { ...whole, nodes: 1 });
    await cluster.client.create(
      Deployment,
      aDeployment('web', { replicas: 6 }, { tolerations, nodeSelector: { type: 'kwok' } }),
    );
    await cluster.client.create(Pod, aPod('real'));
    const pods = await readyPods(cluster, 6);
    assert.deepEqual([...new Set(pods.map((pod) => pod.spec?.nodeName))].sort(), NAMES);
    assert.equal(new Set(pods.map((pod) => pod.status?.podIP)).size, 6, 'each has an address of its own');
    const real = await podInPhase(cluster, 'real', 'Running', 500);
    assert.equal(real.spec?.nodeName, 'node1');
  });

  it('take their time to start and to stop', async (t) => {
    const delays = { startDelay: { from: 3_000, to: 3_000 }, stopDelay: { from: 2_000, to: 2_000 } };
    const { cluster } = await scene(t, delays);
    await cluster.client.create(Pod, bound('slow'));
    await cluster.step(2_500);
    assert.equal((await findPod(cluster, 'slow'))?.status?.phase, 'Pending');
    await cluster.step(1_000);
    assert.equal((await findPod(cluster, 'slow'))?.status?.phase, 'Running');
    await cluster.client.delete(Pod, 'slow', 'default');
    await cluster.step(1_500);
    assert.ok((await findPod(cluster, 'slow'))?.metadata.deletionTimestamp);
    await cluster.step(1_000);
    assert.equal(await findPod(cluster, 'slow'), undefined);
  });

  it('run a container as long as its command says, or a job’s as long as is configured', async (t) => {
    const { cluster } = await scene(t, { jobDuration: 5_000 });
    const run = (command: string[]): Partial<PodSpec> => ({
      restartPolicy: 'Never',
      containers: [aContainer('main', { command })],
    });
    await cluster.client.create(Pod, bound('fails', run(['sh', '-c', 'sleep 2; exit 3'])));
    const failed = await podInPhase(cluster, 'fails', 'Failed', 500);
    assert.equal(failed.status?.containerStatuses?.[0]?.state?.terminated?.exitCode, 3);
    const template = aPodTemplate({}, { restartPolicy: 'Never', tolerations });
    await cluster.client.create(Job, aJob('job', { template }));
    const since = cluster.clock.now();
    await cluster.until(
      'the job is complete',
      async () => {
        const job = await cluster.client.get(Job, 'job', 'default');
        return job.status?.succeeded === 1;
      },
      500,
    );
    assert.ok(cluster.clock.now() - since >= 5_000);
  });

  it('restart what ends although it should not, after a while', async (t) => {
    const { cluster } = await scene(t);
    const containers = [aContainer('main', { command: ['sh', '-c', 'sleep 1; exit 1'] })];
    await cluster.client.create(Pod, bound('loops', { containers }));
    const restarted = await cluster.until(
      'a second restart',
      async () => {
        const [status] = (await findPod(cluster, 'loops'))?.status?.containerStatuses ?? [];
        return (status?.restartCount ?? 0) >= 2 ? status : undefined;
      },
      1_000,
    );
    assert.equal(restarted.lastState?.terminated?.exitCode, 1);
  });

  it('fail to start as often as is configured', async (t) => {
    const { cluster } = await scene(t, { startFailures: 1 });
    await cluster.client.create(Pod, bound('never'));
    const waiting = await cluster.until(
      'it waits',
      async () => {
        const [status] = (await findPod(cluster, 'never'))?.status?.containerStatuses ?? [];
        return status?.state?.waiting?.reason === 'RunContainerError' ? status.state.waiting : undefined;
      },
      500,
    );
    assert.match(waiting.message ?? '', /simulated failure/);
  });

  it('crash as often as is configured', async (t) => {
    // On average every second.
    const { cluster } = await scene(t, { crashesPerHour: 3_600 });
    await cluster.client.create(Pod, bound('unlucky'));
    await podInPhase(cluster, 'unlucky', 'Running', 500);
    await cluster.until(
      'a crash',
      async () => {
        const [status] = (await findPod(cluster, 'unlucky'))?.status?.containerStatuses ?? [];
        return (status?.restartCount ?? 0) > 0;
      },
      1_000,
    );
  });

  it('refuse pods for which there is no room', async (t) => {
    const { cluster } = await scene(t, { capacity: { cpu: '1', memory: '1Gi', pods: '10' } });
    const containers = [aContainer('main', { resources: { requests: { cpu: '2' } } })];
    await cluster.client.create(Pod, bound('large', { containers }));
    const { status } = await podInPhase(cluster, 'large', 'Failed', 500);
    assert.equal(status?.reason, 'OutOfcpu');
  });

  it('go on where an earlier process ended, without a write to any pod', async (t) => {
    const { cluster, nodes } = await scene(t);
    await cluster.client.create(Pod, bound('kept'));
    const before = await podInPhase(cluster, 'kept', 'Running', 500);
    await nodes.stop();
    await simulate(cluster, t);
    await cluster.step(5_000);
    const after = await findPod(cluster, 'kept');
    assert.equal(after?.metadata.resourceVersion, before.metadata.resourceVersion);
    await cluster.client.delete(Pod, 'kept', 'default');
    await cluster.until('it is gone', async () => !(await findPod(cluster, 'kept')), 500);
  });

  it('lose their power by an annotation: their pods move, and end when it is back', async (t) => {
    const { cluster } = await scene(t);
    const soon = { operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 1 } as const;
    const patient = [
      ...tolerations,
      ...['not-ready', 'unreachable'].map((word) => ({ key: `node.kubernetes.io/${word}`, ...soon })),
    ];
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 3 }, { tolerations: patient }));
    await readyPods(cluster, 3);
    const power = (value: string | null) =>
      cluster.client.patch(Node, NAMES[0]!, undefined, 'merge', {
        metadata: { annotations: { [POWER]: value } },
      });
    await power('off');
    const moved = await cluster.until(
      'three pods elsewhere',
      async () => {
        const pods = (await podsOf(cluster, 'app=web')).filter((pod) => !pod.metadata.deletionTimestamp);
        return pods.length === 3 && pods.every((pod) => isReady(pod) && pod.spec?.nodeName !== NAMES[0])
          ? pods
          : undefined;
      },
      5_000,
    );
    assert.equal(moved.length, 3);
    assert.ok((await podsOf(cluster, 'app=web')).length > 3, 'the lost ones are still in the API');
    await power(null);
    await cluster.until(
      'the node is ready, and the lost pods are gone',
      async () => {
        const node = await cluster.client.get(Node, NAMES[0]!);
        return isNodeReady(node) && (await podsOf(cluster, 'app=web')).length === 3;
      },
      1_000,
    );
  });
});
