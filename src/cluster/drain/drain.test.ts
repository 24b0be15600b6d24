import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { DaemonSet } from '../../api/kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { StatefulSet } from '../../api/kinds/apps/v1/stateful-set.ts';
import { Lease } from '../../api/kinds/coordination/v1/lease.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isNotFound } from '../../api/status/status-error.ts';
import { setNodeReady } from '../../sim/by-hand/nodes.ts';
import { type SimCluster, simCluster } from '../../sim/cluster.ts';
import { aPod, aPodTemplate } from '../../sim/objects/pod.ts';
import { aDeployment, aStatefulSet } from '../../sim/objects/workloads.ts';
import { podsOf } from '../../sim/observe.ts';
import { cordon } from './cordon.ts';
import { type DrainOptions, drain } from './drain.ts';
import { drainPlan } from './pods-of-node.ts';
import { removeNode } from './remove-node.ts';
import type { DrainTools } from './tools.ts';

const OPTIONS: DrainOptions = {
  ...{ force: false, ignoreDaemonsets: false, deleteEmptydirData: false, disableEviction: false },
  ...{ gracePeriod: -1, timeoutMs: 0, podSelector: '', skipWaitForDeleteTimeoutMs: 0 },
};

async function scene(t: TestContext, nodes = 2) {
  const cluster = await simCluster({ controllers: 'all', scheduler: true, nodes }, t);
  const lines: string[] = [];
  const tools: DrainTools = {
    ...{ client: cluster.client, clock: cluster.clock, dryRun: 'none' },
    out: (line) => lines.push(line),
    err: (line) => lines.push(line),
  };
  /** Gives what went wrong; '' for nothing. */
  const outcome = async (work: Promise<void>, ms = 60_000) => {
    let ended: string | undefined;
    work.then(
      () => {
        ended = '';
      },
      (error: Error) => {
        ended = error.message;
      },
    );
    for (let passed = 0; ended === undefined && passed < ms; passed += 500) await cluster.step(500);
    return ended;
  };
  const running = async (count: number) =>
    cluster.until(
      `${count} pods run`,
      async () => (await podsOf(cluster)).filter(({ status }) => status?.phase === 'Running').length >= count,
      500,
    );
  return { cluster, lines, tools, outcome, running };
}

const first = async (cluster: SimCluster) => nameOf((await cluster.client.list(Node)).items[0]!);
const onNode = async (cluster: SimCluster, node: string) =>
  (await podsOf(cluster)).filter(({ spec }) => spec?.nodeName === node).map(nameOf);

describe('draining a node', () => {
  it('moves its pods elsewhere, and no pod comes back', async (t) => {
    const { cluster, lines, tools, outcome, running } = await scene(t);
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 6 }));
    await running(6);
    const node = await first(cluster);
    const before = await onNode(cluster, node);
    assert.notEqual(before.length, 0);
    await cordon(await cluster.client.get(Node, node), true, tools);
    assert.equal(await outcome(drain(node, OPTIONS, tools)), '');
    assert.deepEqual(await onNode(cluster, node), []);
    await running(6);
    assert.deepEqual(await onNode(cluster, node), []);
    assert.equal(lines[0], `node/${node} cordoned`);
    assert.deepEqual(
      lines.slice(1).sort(),
      before.flatMap((name) => [`evicting pod default/${name}`, `pod/${name} evicted`]).sort(),
    );
    await cordon(await cluster.client.get(Node, node), true, tools);
    await cordon(await cluster.client.get(Node, node), false, tools);
    assert.deepEqual(lines.slice(-2), [`node/${node} already cordoned`, `node/${node} uncordoned`]);
    assert.equal((await cluster.client.get(Node, node)).spec?.unschedulable, undefined);
  });

  it('waits for a disruption budget, until its time is over', async (t) => {
    const { cluster, lines, tools, outcome, running } = await scene(t, 1);
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 2 }));
    await cluster.client.create(PodDisruptionBudget, {
      ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
      metadata: { name: 'all', namespace: 'default' },
      spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
    });
    await running(2);
    const node = await first(cluster);
    const problem = await outcome(drain(node, { ...OPTIONS, timeoutMs: 12_000 }, tools));
    assert.match(
      problem ?? '',
      /error when evicting pods\/"web-.*" -n "default": global timeout reached: 12s/,
    );
    assert.ok(
      lines.some((line) => /\(will retry after 5s\): Cannot evict pod as it would violate/.test(line)),
      lines.join('\n'),
    );
    assert.ok(lines.includes(`pod/${(await onNode(cluster, node))[0]}`), 'the pods that are left');
    assert.equal((await onNode(cluster, node)).length, 2);
    await cluster.client.patch(PodDisruptionBudget, 'all', 'default', 'merge', { spec: { minAvailable: 0 } });
    await cordon(await cluster.client.get(Node, node), true, tools);
    assert.equal(await outcome(drain(node, OPTIONS, tools)), '');
    assert.deepEqual(await onNode(cluster, node), []);
  });

  it('says what would be lost or come back, and takes nothing away then', async (t) => {
    const { cluster, lines, tools, outcome, running } = await scene(t, 1);
    await cluster.client.create(DaemonSet, {
      ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: 'agent', namespace: 'default' } },
      spec: { selector: { matchLabels: { app: 'agent' } }, template: aPodTemplate({ app: 'agent' }) },
    });
    await cluster.client.create(Pod, aPod('alone'));
    const data = aDeployment('data', { replicas: 1 });
    data.spec!.template.spec!.volumes = [{ name: 'cache', emptyDir: {} }];
    await cluster.client.create(Deployment, data);
    await running(3);
    const node = await first(cluster);
    const problem = await outcome(drain(node, OPTIONS, tools));
    for (const part of [
      /cannot delete DaemonSet-managed Pods \(use --ignore-daemonsets to ignore\): default\/agent-/,
      /cannot delete Pods that declare no controller \(use --force to override\): default\/alone/,
      /cannot delete Pods with local storage \(use --delete-emptydir-data to override\): default\/data-/,
    ])
      assert.match(problem ?? '', part);
    assert.equal((await onNode(cluster, node)).length, 3);

    const all = { ...OPTIONS, force: true, ignoreDaemonsets: true, deleteEmptydirData: true };
    await outcome(drain(node, all, { ...tools, dryRun: 'client' }));
    await outcome(drain(node, all, { ...tools, dryRun: 'server' }));
    assert.equal((await onNode(cluster, node)).length, 3);
    assert.ok(lines.includes('evicting pod default/alone (dry run)'));
    assert.ok(lines.includes('evicting pod default/alone (server dry run)'));

    lines.length = 0;
    await cordon(await cluster.client.get(Node, node), true, tools);
    assert.equal(await outcome(drain(node, all, tools)), '');
    assert.match(lines[1] ?? '', /^Warning: /);
    assert.match(lines[1] ?? '', /ignoring DaemonSet-managed Pods: default\/agent-/);
    assert.match(lines[1] ?? '', /deleting Pods that declare no controller: default\/alone/);
    assert.deepEqual(
      (await onNode(cluster, node)).map((name) => name.slice(0, 5)),
      ['agent'],
    );
  });

  it('leaves mirror pods alone and takes what has ended, whatever it is', () => {
    const pod = (name: string, more: Partial<Pod>): Pod => {
      const given = aPod(name);
      return { ...given, ...more, metadata: { ...given.metadata, ...more.metadata } };
    };
    const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'd', uid: 'u', controller: true };
    const mirror = pod('mirror', {
      metadata: { name: 'mirror', annotations: { 'kubernetes.io/config.mirror': 'x' } },
    });
    const ended = pod('ended', { status: { phase: 'Failed' } });
    const late = pod('late', { metadata: { name: 'late', deletionTimestamp: '2026-01-01T00:00:00Z' } });
    const orphan = pod('orphan', { metadata: { name: 'orphan', ownerReferences: [owner] } });
    const now = Date.parse('2026-01-01T00:01:00Z');
    const rules = { ...OPTIONS, skipWaitForDeleteTimeoutMs: 30_000 };
    const gone = () => ({ message: 'daemonsets.apps "d" not found', isMissing: true });
    const plan = drainPlan([mirror, ended, late], rules, () => undefined, now);
    assert.deepEqual([plan.pods.map(nameOf), plan.errors], [['ended'], []]);
    assert.deepEqual(
      drainPlan([orphan], rules, gone, now).errors,
      ['cannot delete daemonsets.apps "d" not found: orphan'].map((text) =>
        text.replace('orphan', 'default/orphan'),
      ),
    );
    const forced = drainPlan([orphan], { ...rules, force: true }, gone, now);
    assert.deepEqual(forced.pods.map(nameOf), ['orphan']);
  });

  it('does not wait for a pod that has got the name of one that went', async (t) => {
    const { cluster, lines, tools, outcome, running } = await scene(t);
    await cluster.client.create(StatefulSet, aStatefulSet('db', { replicas: 1 }));
    await running(1);
    const node = (await podsOf(cluster))[0]!.spec!.nodeName!;
    await cordon(await cluster.client.get(Node, node), true, tools);
    assert.equal(await outcome(drain(node, OPTIONS, tools)), '');
    assert.ok(lines.includes('pod/db-0 evicted'));
    await running(1);
    assert.deepEqual(await onNode(cluster, node), []);
  });
});

describe('removing a node', () => {
  it('drains it, and takes its object and its lease away', async (t) => {
    const { cluster, lines, tools, outcome, running } = await scene(t);
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 4 }));
    await running(4);
    const node = await first(cluster);
    const kubelet = cluster.nodes.find(({ name }) => name === node)!;
    const removed = removeNode(node, OPTIONS, tools);
    assert.equal(await outcome(removed), '');
    await kubelet.stop();
    await assert.rejects(cluster.client.get(Node, node), isNotFound);
    await assert.rejects(cluster.client.get(Lease, node, 'kube-node-lease'), isNotFound);
    assert.deepEqual(lines.slice(-2), [`node/${node} drained`, `node/${node} removed`]);
    assert.match((await outcome(removeNode(node, OPTIONS, tools))) ?? '', /not found/);
  });

  it('asks that one be sure of a node that does not answer', async (t) => {
    const { cluster, tools, outcome, running } = await scene(t);
    await cluster.client.create(Deployment, aDeployment('web', { replicas: 4 }));
    await running(4);
    const node = await first(cluster);
    await cluster.nodes.find(({ name }) => name === node)!.stop();
    await setNodeReady(cluster, node, 'False');
    assert.match(
      (await outcome(removeNode(node, OPTIONS, tools))) ?? '',
      /is not ready, so its pods may still run/,
    );
    assert.notEqual((await onNode(cluster, node)).length, 0);
    assert.equal(await outcome(removeNode(node, { ...OPTIONS, force: true }, tools)), '');
    await running(4);
    assert.deepEqual(await onNode(cluster, node), []);
  });
});
