// `tiphys node cordon|drain|uncordon|remove` and `tiphys rebalance` as commands, on simulated nodes: a node is emptied within a disruption
// budget, gets pods again when it is back, and leaves.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { tryExec } from '../../src/kit/exec.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const NAME = 'tph-e2e-maintenance';
const NODES = [1, 2, 3].map((i) => `${NAME}-sim-${i}`);

const deployment = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' } },
  spec: {
    replicas: 6,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: {
        nodeSelector: { type: 'kwok' },
        tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }],
        containers: [{ name: 'app', image: 'registry.example/app:1' }],
      },
    },
  },
};
const budget = {
  ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: 'web' } },
  spec: { minAvailable: 5, selector: { matchLabels: { app: 'web' } } },
};

describe('nodes out of service', () => {
  let cluster: TestCluster;
  let nodes: readonly string[] = NODES;
  before(async () => {
    cluster = await startTestCluster({ name: NAME, flags: ['--simulated-nodes', '3'] });
    const names = await cluster.kubectl(
      'get',
      'nodes',
      '-l',
      'type=kwok',
      '-o',
      'jsonpath={.items[*].metadata.name}',
    );
    nodes = names.split(' ').sort();
    const items = [deployment, budget];
    await cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items }), 'apply', '-f', '-');
    await cluster.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');
  });
  after(() => cluster?.down());

  const tiphys = (...words: string[]) =>
    tryExec([`${repository}/bin/tiphys`, ...words, '--name', NAME], { env: cluster.env });
  const counts = async () => {
    const { items } = JSON.parse(await cluster.kubectl('get', 'pods', '-l', 'app=web', '-o', 'json'));
    return nodes.map(
      (node) =>
        items.filter(
          ({
            spec,
            status,
            metadata,
          }: {
            spec: { nodeName?: string };
            status: { phase: string };
            metadata: { deletionTimestamp?: string };
          }) => spec.nodeName === node && status.phase === 'Running' && !metadata.deletionTimestamp,
        ).length,
    );
  };
  const settled = () => cluster.kubectl('rollout', 'status', 'deployment/web', '--timeout=60s');

  it('a node is drained, pod by pod where a budget says so', async () => {
    assert.equal((await tiphys('node', 'cordon', nodes[0]!)).stdout, `node/${nodes[0]} cordoned\n`);
    const dry = await tiphys('node', 'drain', nodes[0]!, '--dry-run');
    assert.match(dry.stdout, /evicting pod default\/web-\S+ \(dry run\)\n/);
    assert.deepEqual((await counts())[0], 2);
    const { code, stdout, stderr } = await tiphys('node', 'drain', nodes[0]!, '--timeout', '60s');
    assert.equal(code, 0, stderr);
    assert.match(
      stdout,
      new RegExp(`already cordoned\n[^]*pod/web-\\S+ evicted\n[^]*node/${nodes[0]} drained\n$`),
    );
    assert.match(
      stderr,
      /will retry after 5s\): Cannot evict pod as it would violate the pod's disruption budget/,
    );
    await settled();
    assert.deepEqual(await counts(), [0, 3, 3]);
  });

  it('one that is back gets pods again by a pass of rebalancing', async () => {
    await tiphys('node', 'uncordon', nodes[0]!);
    const planned = JSON.parse((await tiphys('rebalance', '--dry-run', '-o', 'json')).stdout);
    assert.equal(planned.evictions.length, 1, 'as many as the budget allows');
    assert.equal(planned.evictions[0].expectedNode, nodes[0]);
    assert.match(planned.kept[0].why, /disruption budget web allows no more/);
    for (let passes = 0; passes < 2; passes++) {
      const { stdout, stderr } = await tiphys('rebalance');
      assert.match(
        stdout,
        /^NAMESPACE +POD +NODE +TO +POLICY +RESULT +REASON\ndefault .* RemoveDuplicates +evicted /,
      );
      assert.match(stderr, /1 pods are evicted\./);
      await settled();
      await eventually(
        'the budget allows one again',
        async () =>
          (await cluster.kubectl('get', 'pdb', 'web', '-o', 'jsonpath={.status.disruptionsAllowed}')) === '1',
      );
    }
    assert.deepEqual(await counts(), [2, 2, 2]);
    assert.match((await tiphys('rebalance')).stderr, /0 pods are evicted\./);
  });

  it('one that leaves is emptied, and known no more', async () => {
    const { code, stdout, stderr } = await tiphys('node', 'remove', nodes[0]!);
    assert.equal(code, 0, stderr);
    assert.match(stdout, new RegExp(`node/${nodes[0]} removed\n$`));
    await settled();
    assert.deepEqual((await counts()).slice(1), [3, 3]);
    const again = await tiphys('node', 'drain', 'not-there');
    assert.deepEqual([again.code, again.stderr], [1, 'tiphys: nodes "not-there" not found\n']);
  });
});
