// What dies is replaced: a process, a pod, a node. The node takes a minute to be noticed, so the others die meanwhile.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

interface PodFacts {
  name: string;
  uid: string;
  node: string;
  restarts: number;
  ready: boolean;
}

let cluster: TestCluster;

async function pods(app: string): Promise<PodFacts[]> {
  const { items } = JSON.parse(await cluster.kubectl('get', 'pods', '-l', `app=${app}`, '-o', 'json'));
  // biome-ignore lint/suspicious/noExplicitAny: kubectl's JSON
  return items.map((pod: any) => ({
    name: pod.metadata.name,
    uid: pod.metadata.uid,
    node: pod.spec.nodeName,
    restarts: pod.status.containerStatuses?.[0]?.restartCount ?? 0,
    ready: Boolean(pod.status.containerStatuses?.[0]?.ready) && !pod.metadata.deletionTimestamp,
  }));
}

const readyPods = async (app: string) => (await pods(app)).filter((pod) => pod.ready);

/** Pods on the node that is not stopped. */
const staying = () => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'stay' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'stay' } },
    template: {
      metadata: { labels: { app: 'stay' } },
      spec: {
        nodeName: cluster.nodes[0],
        terminationGracePeriodSeconds: 5,
        containers: [{ name: 'hello', image: 'localhost/hello:1' }],
      },
    },
  },
});

describe('healing', { concurrency: true }, () => {
  before(async () => {
    cluster = await startTestCluster({
      name: 'tph-e2e-heal',
      nodes: 2,
      files: [join(repository, 'examples/hello')],
    });
    // Moves pods after a short time instead of five minutes.
    const tolerations = ['not-ready', 'unreachable'].map((name) => ({
      key: `node.kubernetes.io/${name}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds: 5,
    }));
    const patch = JSON.stringify({ spec: { template: { spec: { tolerations } } } });
    await cluster.kubectl('patch', 'deployment', 'hello', '-p', patch);
    await cluster.kubectlWith(JSON.stringify(staying()), 'create', '-f', '-');
    for (const app of ['hello', 'stay']) {
      await cluster.kubectl('rollout', 'status', `deployment/${app}`, '--timeout=60s');
      await eventually('three pods', async () => (await pods(app)).length === 3);
    }
  });
  after(() => cluster?.down());

  describe('containers and pods', { concurrency: false }, () => {
    it('restarts a container whose process is killed, and counts it', async () => {
      const [victim] = await pods('stay');
      await cluster.tryKubectl('exec', victim!.name, '--', 'sh', '-c', 'kill -9 -1; kill -TERM 1');
      await eventually('one restart', async () => {
        const pod = (await pods('stay')).find((p) => p.uid === victim!.uid);
        return pod?.restarts === 1 && pod.ready;
      });
      assert.equal((await pods('stay')).filter((pod) => pod.restarts > 0).length, 1);
    });

    it('replaces a pod that is deleted', async () => {
      const [victim] = await pods('stay');
      await cluster.kubectl('delete', 'pod', victim!.name, '--wait=false');
      await eventually('a replacement', async () => {
        const ready = await readyPods('stay');
        return ready.length === 3 && ready.every((pod) => pod.uid !== victim!.uid);
      });
    });
  });

  it('moves pods off a stopped node, and uses the node again once it starts', async () => {
    const away = cluster.nodes[1]!;
    const ready = () =>
      cluster.kubectl('get', 'node', away, '-o', 'jsonpath={.status.conditions[?(@.type=="Ready")].status}');
    await cluster.tiphys('node', 'stop', '--name', cluster.name, away);
    await eventually('the node is not ready', async () => (await ready()) !== 'True', 60_000);
    await eventually(
      'all pods run elsewhere',
      async () => {
        const there = await readyPods('hello');
        return there.length === 3 && there.every((pod) => pod.node === cluster.nodes[0]);
      },
      60_000,
    );
    await cluster.tiphys('node', 'start', '--name', cluster.name, away);
    await eventually('the node is ready again', async () => (await ready()) === 'True', 60_000);
    await cluster.kubectl('scale', 'deployment', 'hello', '--replicas=6');
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    assert.ok(
      (await readyPods('hello')).some((pod) => pod.node === away),
      'new pods use it',
    );
  });
});
