// Simulated nodes beside a real one: pods that tolerate the taint only seem to run, others run.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const NAME = 'tph-e2e-simulated';
const CONFIG = `
apiVersion: simulation.tiphys/v1
kind: SimulatedNodes
capacity: { cpu: "16", memory: 64Gi, pods: "20" }
zones: [a, b]
startDelay: 100ms-500ms
stopDelay: 100ms
`;

const fleet = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'fleet' } },
  spec: {
    replicas: 100,
    selector: { matchLabels: { app: 'fleet' } },
    template: {
      metadata: { labels: { app: 'fleet' }, annotations: { 'kwok.x-k8s.io/usage-cpu': '250m' } },
      spec: {
        nodeSelector: { type: 'kwok' },
        tolerations: [{ key: 'kwok.x-k8s.io/node', operator: 'Exists' }],
        containers: [{ name: 'app', image: 'registry.example/app:1' }],
      },
    },
  },
};

describe('simulated nodes', () => {
  let cluster: TestCluster;
  const config = join(tmpdir(), `${NAME}.yaml`);
  before(async () => {
    writeFileSync(config, CONFIG);
    cluster = await startTestCluster({
      name: NAME,
      files: [join(repository, 'examples/hello')],
      flags: ['--simulated-nodes', '20', '--simulated-nodes-config', config],
    });
  });
  after(() => cluster?.down());

  const words = async (...of: string[]) => (await cluster.kubectl(...of)).trim().split(/\s+/).filter(Boolean);
  const nodesOf = async (app: string) =>
    new Set(await words('get', 'pods', '-l', `app=${app}`, '-o', 'jsonpath={.items[*].spec.nodeName}'));

  it('stand in the list of nodes, ready, with their role, beside the real one', async () => {
    const lines = (await cluster.kubectl('get', 'nodes', '--no-headers')).trim().split('\n');
    assert.equal(lines.length, 21);
    assert.equal(
      lines.filter((line) => /^tph-e2e-simulated-sim-\d+ +Ready +simulated /.test(line)).length,
      20,
    );
    assert.equal(
      (await words('get', 'nodes', '-l', 'topology.kubernetes.io/zone=a', '-o', 'name')).length,
      10,
    );
  });

  it('run a Deployment of 100 replicas, while pods that do not tolerate them run on the real node', async () => {
    await cluster.kubectlWith(JSON.stringify(fleet), 'create', '-f', '-');
    await cluster.kubectl('rollout', 'status', 'deployment/fleet', '--timeout=60s');
    const nodes = await nodesOf('fleet');
    assert.ok(nodes.size > 10 && [...nodes].every((name) => name.includes('-sim-')));
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    assert.deepEqual([...(await nodesOf('hello'))], [NAME]);
  });

  it('tell what their pods use, and that there are no logs and no commands', async () => {
    const [pod = ''] = await words(
      'get',
      'pods',
      '-l',
      'app=fleet',
      '-o',
      'jsonpath={.items[0].metadata.name}',
    );
    const usage = await eventually('figures of the pod', () => words('top', 'pod', pod, '--no-headers'));
    assert.deepEqual(usage.slice(0, 2), [pod, '250m']);
    const logs = await cluster.tryKubectl('logs', pod);
    assert.match(
      logs.stderr,
      /unable to retrieve container logs for containerd:\/\/.*: node \S+ is simulated/,
    );
    const exec = await cluster.tryKubectl('exec', pod, '--', 'true');
    assert.match(exec.stderr, /node \S+ is simulated: its containers run no commands/);
  });

  it('are a process of their own, which goes on where it was when it is killed', async () => {
    const component = async () =>
      (await cluster.status()).components.find(({ name }) => name === 'simulated-nodes');
    const restarts = 'jsonpath={.items[*].status.containerStatuses[0].restartCount}';
    const { pid = 0 } = (await component())!;
    process.kill(pid, 'SIGKILL');
    await eventually('another process', async () => {
      const now = await component();
      return now?.state === 'Running' && now.pid !== pid;
    });
    await cluster.kubectl('scale', 'deployment/fleet', '--replicas=110');
    await cluster.kubectl('rollout', 'status', 'deployment/fleet', '--timeout=60s');
    assert.deepEqual([...new Set(await words('get', 'pods', '-l', 'app=fleet', '-o', restarts))], ['0']);
  });

  it('end the pods of a Deployment that is scaled down', async () => {
    await cluster.kubectl('scale', 'deployment/fleet', '--replicas=3');
    await eventually('three pods are left', async () => {
      const names = await words('get', 'pods', '-l', 'app=fleet', '-o', 'name');
      return names.length === 3;
    });
  });
});
