import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { simCluster } from '../../sim/cluster.ts';
import { aNode } from '../../sim/objects/node.ts';
import { aBoundPod, aContainer, type PodSpec } from '../../sim/objects/pod.ts';
import { aDeployment } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';
import { LimitCounts } from './limits.ts';
import { rebalancePlan } from './plan.ts';
import { POLICIES, type Policy } from './policies.ts';
import { type Pass, rebalance } from './rebalance.ts';

const NOTHING = { system: false, unmanaged: false, localStorage: false, jobs: false };
const PASS: Pass = {
  policies: POLICIES,
  permissions: NOTHING,
  limits: { total: 50, perNode: 10, perNamespace: 20 },
  dryRun: false,
};

/** Nodes with real kubelets, controllers and a scheduler; a node is closed to new pods by hand. */
async function scene(t: TestContext, nodes = 3) {
  const cluster = await simCluster({ controllers: 'all', scheduler: true, nodes }, t);
  const { client, clock, random } = cluster;
  const names = (await client.list(Node)).items.map(nameOf).sort();
  const cordon = async (name: string, unschedulable: boolean) => {
    await client.patch(Node, name, undefined, 'merge', { spec: { unschedulable: unschedulable || null } });
    await cluster.step(1_000);
  };
  const spread = async () => {
    const counts = new Map(names.map((name) => [name, 0]));
    for (const pod of await podsOf(cluster))
      if (pod.status?.phase === 'Running' && !pod.metadata.deletionTimestamp)
        counts.set(pod.spec!.nodeName!, counts.get(pod.spec!.nodeName!)! + 1);
    return [...counts.values()];
  };
  const total = async () => (await spread()).reduce((sum, one) => sum + one, 0);
  const deploy = async (name: string, replicas: number, podSpec: Partial<PodSpec> = {}) => {
    const before = await total();
    await client.create(Deployment, aDeployment(name, { replicas }, podSpec));
    await cluster.until('all run', async () => (await total()) === before + replicas, 500);
  };
  const pass = async (options: Partial<Pass> = {}) => {
    const working = rebalance({ ...PASS, ...options }, { client, clock, random });
    await cluster.settle();
    const done = await working;
    await cluster.step(60_000);
    return done;
  };
  const only = (policy: Policy, options: Partial<Pass> = {}) => pass({ policies: [policy], ...options });
  return { cluster, client, names, cordon, spread, deploy, pass, only };
}

describe('tiphys rebalance', () => {
  it('gives a node pods again that was away, and then has nothing to do', async (t) => {
    const { names, cordon, spread, deploy, pass } = await scene(t);
    await cordon(names[2]!, true);
    await deploy('web', 6);
    assert.deepEqual(await spread(), [3, 3, 0]);
    await cordon(names[2]!, false);
    const planned = await pass({ dryRun: true });
    assert.deepEqual(
      planned.evictions.map(({ expectedNode, policy, result }) => [expectedNode, policy, result]),
      Array(2).fill([names[2], 'RemoveDuplicates', 'dry run']),
    );
    assert.match(planned.evictions[0]!.reason, /^3 pods of ReplicaSet web-\S+ are on its node$/);
    assert.deepEqual(await spread(), [3, 3, 0], 'a dry run changes nothing');
    const done = await pass();
    assert.deepEqual(
      done.evictions.map(({ result }) => result),
      ['evicted', 'evicted'],
    );
    assert.deepEqual(await spread(), [2, 2, 2]);
    assert.deepEqual((await pass()).evictions, []);
  });

  it('evicts nothing to a node that is closed, and not more than it may', async (t) => {
    const { names, cordon, spread, deploy, pass } = await scene(t);
    await cordon(names[2]!, true);
    await deploy('web', 6);
    assert.deepEqual((await pass()).evictions, []);
    await cordon(names[2]!, false);
    const one = { limits: { total: 1, perNode: 10, perNamespace: 20 } };
    assert.equal((await pass({ ...one, dryRun: true })).evictions.length, 1);
    const { evictions, kept } = await pass({ limits: { total: 9, perNode: 9, perNamespace: 1 } });
    assert.equal(evictions.length, 1);
    assert.ok(kept.some(({ why }) => why === '1 pods of its namespace go already (--max-per-namespace)'));
    assert.deepEqual((await spread()).sort(), [1, 2, 3]);
  });

  it('keeps to disruption budgets', async (t) => {
    const { client, cluster, names, cordon, spread, deploy, pass } = await scene(t);
    await client.create(PodDisruptionBudget, {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
      metadata: { name: 'five', namespace: 'default' },
      spec: { minAvailable: 5, selector: { matchLabels: { app: 'web' } } },
    });
    await cordon(names[2]!, true);
    await deploy('web', 6);
    await cluster.step(10_000);
    await cordon(names[2]!, false);
    const { evictions, kept } = await pass();
    assert.equal(evictions.length, 1);
    assert.ok(kept.some(({ why }) => why === 'disruption budget five allows no more'));
    assert.deepEqual((await spread()).sort(), [1, 2, 3]);
    await pass();
    assert.deepEqual(await spread(), [2, 2, 2], 'the next pass does the rest');
  });

  it('leaves a pod where it is as well off as elsewhere', () => {
    const pods = ['a', 'b'].map((name) => {
      const pod = aBoundPod(name);
      const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'web', controller: true };
      return { ...pod, metadata: { ...pod.metadata, uid: name, ownerReferences: [owner] } };
    });
    const from = pods[0]!.spec!.nodeName!;
    const ready = [{ type: 'Ready', status: 'True' as const }];
    const nodes = [from, 'other'].map((name) => {
      const node = aNode(name);
      const amounts = { requested: new Map(), allocatable: new Map() };
      return { name, node: { ...node, status: { ...node.status, conditions: ready } }, ...amounts };
    });
    const planned = (best: readonly string[]) =>
      rebalancePlan(
        pods,
        { nodes: () => nodes, nodeOf: () => from, refusals: () => [], bestNodes: () => best, move: () => {} },
        new LimitCounts(PASS.limits, []),
        PASS,
      ).chosen.map(({ to }) => to);
    assert.deepEqual(planned(['other']), ['other']);
    assert.deepEqual(planned([from, 'other']), []);
    assert.deepEqual(planned([]), []);
  });

  it('moves pods off nodes whose labels and taints have changed, if another takes them', async (t) => {
    const { client, cluster, names, deploy, only } = await scene(t);
    const label = async (name: string, disk: string | null) => {
      await client.patch(Node, name, undefined, 'merge', { metadata: { labels: { disk } } });
      await cluster.step(1_000);
    };
    await label(names[0]!, 'fast');
    await deploy('fast', 2, { nodeSelector: { disk: 'fast' } });
    await label(names[0]!, null);
    const none = await only('RemovePodsViolatingNodeAffinity');
    assert.deepEqual(none.evictions, []);
    assert.equal(none.kept[0]?.why, 'the scheduler would place it nowhere else');
    await label(names[1]!, 'fast');
    const moved = await only('RemovePodsViolatingNodeAffinity');
    assert.deepEqual(
      moved.evictions.map(({ expectedNode }) => expectedNode),
      [names[1], names[1]],
    );
    assert.match(moved.evictions[0]!.reason, /didn't match Pod's node affinity\/selector/);
    await label(names[2]!, 'fast');
    const taints = [{ key: 'dedicated', value: 'x', effect: 'NoSchedule' }];
    await client.patch(Node, names[1]!, undefined, 'merge', { spec: { taints } });
    await cluster.step(1_000);
    const off = await only('RemovePodsViolatingNodeTaints');
    assert.deepEqual(
      off.evictions.map(({ expectedNode }) => expectedNode),
      [names[2], names[2]],
    );
  });

  it('parts pods whose anti-affinity and spread constraints no longer hold', async (t) => {
    const { cluster, client, names, cordon, deploy, only } = await scene(t);
    for (const name of names.slice(1)) await cordon(name, true);
    await deploy('a', 1);
    await deploy('shy', 1);
    // As after a change of labels: the pod did not mind the other when it came.
    const shy = (await podsOf(cluster)).find((pod) => nameOf(pod).startsWith('shy'))!;
    const constraint = {
      ...{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'DoNotSchedule' as const },
      labelSelector: { matchLabels: { app: 'even' } },
    };
    const antiAffinity = {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: { loud: 'yes' } }, topologyKey: 'kubernetes.io/hostname' },
      ],
    };
    await deploy('apart', 1, { affinity: { podAntiAffinity: antiAffinity } });
    await client.patch(Pod, nameOf(shy), 'default', 'merge', { metadata: { labels: { loud: 'yes' } } });
    await deploy('even', 3, {
      topologySpreadConstraints: [{ ...constraint, nodeTaintsPolicy: 'Honor' }],
    });
    for (const name of names.slice(1)) await cordon(name, false);
    const parted = await only('RemovePodsViolatingInterPodAntiAffinity');
    assert.equal(parted.evictions.length, 1, 'one of the two is enough');
    assert.notEqual(parted.evictions[0]!.expectedNode, names[0]);
    const even = await only('RemovePodsViolatingTopologySpreadConstraint');
    assert.deepEqual(even.evictions.map(({ expectedNode }) => expectedNode).sort(), names.slice(1));
    assert.deepEqual((await only('RemovePodsViolatingTopologySpreadConstraint')).evictions, []);
  });

  it('brings pods from full nodes to those with little to do', async (t) => {
    const { names, cordon, spread, deploy, only } = await scene(t);
    for (const name of names.slice(1)) await cordon(name, true);
    for (const name of ['a', 'b', 'c'])
      await deploy(name, 1, { containers: [aContainer('main', { resources: { requests: { cpu: '1' } } })] });
    assert.deepEqual(await spread(), [3, 0, 0]);
    for (const name of names.slice(1)) await cordon(name, false);
    const low = { cpu: 20, memory: 20, pods: 20 };
    const high = { cpu: 50, memory: 50, pods: 50 };
    const { evictions } = await only('LowNodeUtilization', { thresholds: { low, high } });
    assert.equal(evictions.length, 1, 'no more than it takes');
    assert.match(evictions[0]!.reason, /^its node has much to do: cpu \d+%/);
    const around = await only('LowNodeUtilization');
    assert.deepEqual((await spread()).sort(), [1, 1, 1], JSON.stringify(around.evictions));
  });

  it('leaves alone what is of the system, of a DaemonSet, alone, local or of a Job, and takes what has failed', async (t) => {
    const { client, cluster, names, cordon, deploy, pass, only } = await scene(t, 2);
    await cordon(names[1]!, true);
    await deploy('data', 4, { volumes: [{ name: 'cache', emptyDir: {} }] });
    await cordon(names[1]!, false);
    const { evictions, kept } = await pass();
    assert.deepEqual(evictions, []);
    assert.ok(kept.every(({ why }) => why === 'it has local storage (--evict-local-storage)'));
    assert.equal(
      (await pass({ permissions: { ...NOTHING, localStorage: true }, dryRun: true })).evictions.length,
      2,
    );
    assert.deepEqual((await pass({ namespace: 'kube-system' })).kept, []);
    const [pod] = await podsOf(cluster);
    await client.patch(
      ...([Pod, nameOf(pod!), 'default', 'merge'] as const),
      { status: { phase: 'Failed', reason: 'Evicted' } },
      { subresource: 'status' },
    );
    await cluster.step(1_000);
    const failed = await only('RemoveFailedPods');
    assert.deepEqual(
      failed.evictions.map(({ reason }) => reason),
      ['it has failed: Evicted'],
    );
    assert.ok((await podsOf(cluster)).every((one) => !isPodTerminal(one)));
  });
});
