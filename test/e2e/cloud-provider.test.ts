// `tiphys cloud-controller-manager` with the example of a provider behind HTTP, with no more rights than the example gives it: nodes
// are initialized, shut down and deleted with their machines, and a LoadBalancer Service answers.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type RunningProvider, startProvider } from '../../examples/cloud-provider/provider.ts';
import type { Service } from '../../src/api/kinds/core/v1/service.ts';
import { background, repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, JoinScene, tiphys } from '../support/join-scene.ts';

const NAME = 'tph-e2e-cloud';
const FINALIZER = 'service.kubernetes.io/load-balancer-cleanup';
const UNINITIALIZED = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule',
};

describe('a cloud provider behind HTTP', () => {
  let cluster: TestCluster;
  let provider: RunningProvider;
  let manager: ReturnType<typeof background>;
  const rented = {
    ...{ id: 'i-2', name: 'rented', type: 'small', zone: 'one-a', region: 'one', shutdown: false },
    addresses: [{ type: 'ExternalIP', address: '198.51.100.7' }],
  };
  const first = { id: 'i-1', name: NAME };
  let machines: (typeof rented | typeof first)[] = [first, rented];

  before(async () => {
    provider = await startProvider({ machines: () => machines, port: 0, token: 'secret' });
    cluster = await startTestCluster({
      name: NAME,
      files: [join(repository, 'examples/hello')],
      flags: ['--without', 'cloud-controller-manager'],
    });
    await cluster.kubectl('apply', '-f', join(repository, 'examples/cloud-provider/rbac.yaml'));
    manager = await startManager();
  });
  after(async () => {
    await manager?.stop();
    await cluster?.down();
    await provider?.close();
  });

  /** As the service account of the example. */
  async function startManager() {
    const file = (name: string, text: string) => {
      writeFileSync(join(cluster.directory, name), text);
      return join(cluster.directory, name);
    };
    file('token', 'secret\n');
    const config = file(
      'cloud.yaml',
      `apiVersion: cloud.tiphys/v1\nkind: HTTPCloudConfig\nurl: ${provider.url}\ntokenFile: token\n`,
    );
    const given = JSON.parse(await cluster.kubectl('config', 'view', '--raw', '--minify', '-o', 'json'));
    const token = await cluster.kubectl(
      ...['create', 'token', 'cloud-controller-manager', '-n', 'kube-system', '--duration', '1h'],
    );
    const users = [{ name: given.users[0].name, user: { token: token.trim() } }];
    const kubeconfig = file('ccm.conf', JSON.stringify({ ...given, users }));
    const flags = ['--cloud-provider=http', '--cloud-config', config, '--node-monitor-period', '1s'];
    return background(
      [
        join(repository, 'bin/tiphys'),
        ...['cloud-controller-manager', '--kubeconfig', kubeconfig, '--secure-port', '0', ...flags],
      ],
      cluster.env,
    );
  }

  const read = async (...words: string[]) => JSON.parse(await cluster.kubectl('get', ...words, '-o', 'json'));
  const taintsOf = async (node: string): Promise<string[]> =>
    ((await read('node', node)).spec.taints ?? []).map(({ key }: { key: string }) => key);

  it('initializes a node: id, labels, addresses, and then no taint', async () => {
    const node = {
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name: 'rented' } },
      spec: { taints: [UNINITIALIZED] },
    };
    await cluster.kubectlWith(JSON.stringify(node), 'create', '-f', '-');
    await eventually('the node is initialized', async () => {
      const taints = await taintsOf('rented');
      return !taints.includes(UNINITIALIZED.key);
    }).catch((error) => {
      throw new Error(manager.output(), { cause: error });
    });
    const { spec, metadata } = await read('node', 'rented');
    assert.equal(spec.providerID, 'example://i-2');
    assert.equal(metadata.labels['node.kubernetes.io/instance-type'], 'small');
    assert.equal(metadata.labels['topology.kubernetes.io/zone'], 'one-a');
    const { status } = await eventually('the node has its address', async () => {
      const found = await read('node', 'rented');
      return found.status.addresses && found;
    });
    assert.deepEqual(status.addresses, rented.addresses);
    assert.match(
      (await read('lease', 'cloud-controller-manager', '-n', 'kube-system')).spec.holderIdentity,
      /_/,
    );
  });

  it('gives a LoadBalancer Service an address that answers, and takes it back', async () => {
    await cluster.kubectl('rollout', 'status', 'deployment/hello', '--timeout=60s');
    await cluster.kubectl(
      ...['expose', 'deployment', 'hello', '--name', 'outside', '--port', '8080', '--target-port', '8080'],
      ...['--type', 'LoadBalancer'],
    );
    const service: Service = await eventually('the Service has an address', async () => {
      const found = await read('service', 'outside');
      return found.status.loadBalancer.ingress && found;
    });
    const { ip } = service.status!.loadBalancer!.ingress![0]!;
    assert.match(ip!, /^127\.88\.0\./);
    assert.deepEqual(service.metadata.finalizers, [FINALIZER]);
    const answer = async () => {
      const response = await fetch(`http://${ip}:8080/`, { signal: AbortSignal.timeout(2_000) });
      return response.text();
    };
    await eventually('the load balancer leads to a pod', async () =>
      (await answer()).startsWith('Ahoy from hello-'),
    );
    await cluster.kubectl('delete', 'service', 'outside', '--timeout=30s');
    await assert.rejects(answer());
  });

  it('taints a node whose machine is shut down, and deletes one whose machine is gone', async () => {
    machines = [first, { ...rented, shutdown: true }];
    await eventually('the node has the taint', async () =>
      (await taintsOf('rented')).includes('node.cloudprovider.kubernetes.io/shutdown'),
    );
    machines = [first];
    await eventually('the node is gone', async () => {
      const { code } = await cluster.tryKubectl('get', 'node', 'rented');
      return code !== 0;
    });
    assert.deepEqual(await taintsOf(NAME), [], 'the node with a machine and a kubelet is as it was');
  });
});

describe('a machine that joins with --cloud-provider=external', {
  skip: process.getuid?.() !== 0 && 'needs root',
}, () => {
  let scene: JoinScene;
  before(async () => {
    scene = await JoinScene.start('tph-e2e-external', 1);
  });
  after(() => scene?.end());

  const field = (kind: string, name: string, path: string) =>
    scene.kubectl('get', kind, name, '-o', `jsonpath={${path}}`);

  it('takes no pods, and has no addresses, before its cloud has initialized it', async () => {
    const { server, nodes } = scene;
    const [node] = nodes;
    const cloud = ['--cloud-provider', 'external', '--provider-id', 'example://i-9'];
    await scene.join(node!, await scene.joinCommand(), ...cloud);
    assert.match(await field('node', 'm2', '.spec.taints'), /uninitialized/);
    assert.equal(await field('node', 'm2', '.status.addresses'), '');

    const addresses = [{ type: 'InternalIP', address: node!.address }];
    const machines = JSON.stringify([{ id: 'i-9', name: 'another-name', zone: 'nine', addresses }]);
    writeFileSync(server.onDisk('/var/lib/tiphys/machines.json'), machines);
    const example = join(repository, 'examples/cloud-provider');
    const words = ['--machines', '/var/lib/tiphys/machines.json'];
    server.spawn([process.execPath, join(example, 'provider.ts'), ...words], { name: 'provider' });
    const flags = ['--cloud-provider=http', '--cloud-config', join(example, 'cloud-config.yaml')];
    const manager = server.spawn([tiphys, 'cloud-controller-manager', '--kubeconfig', ADMIN, ...flags], {
      name: 'manager',
    });
    await eventually('the node has its address', async () => {
      const shown = await field('node', 'm2', '.status.addresses');
      return shown.includes(node!.address);
    }).catch((error) => {
      throw new Error(manager.output(), { cause: error });
    });
    assert.doesNotMatch(await field('node', 'm2', '.spec.taints'), /uninitialized/);
    assert.equal(await field('node', 'm2', '.metadata.labels.topology\\.kubernetes\\.io/zone'), 'nine');
    await eventually(
      'the kubelet has its certificate',
      async () => (await scene.tryKubectl('get', '--raw', '/api/v1/nodes/m2/proxy/healthz')).stdout === 'ok',
    );
  });

  it('is no reason for the server to take load balancers away that others make', async () => {
    await scene.kubectl('create', 'service', 'loadbalancer', 'web', '--tcp=80');
    await eventually('the Service has an address', () =>
      field('service', 'web', '.status.loadBalancer.ingress[0].ip'),
    );
    assert.match(await field('service', 'web', '.metadata.finalizers'), new RegExp(FINALIZER));
    await scene.kubectl('delete', 'service', 'web', '--timeout=30s');
  });
});
