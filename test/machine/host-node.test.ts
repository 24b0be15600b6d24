// A node in the machine's own namespaces: pods, host ports, and a teardown after everything was killed.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ClusterNodes, createNodes } from '../../src/cluster/nodes/create.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { importImage } from '../../src/cri/containerd/images/images.ts';
import { openContainerd } from '../../src/cri/containerd/open.ts';
import { installedRuntimes } from '../../src/cri/containerd/supervisor/oci-runtimes.ts';
import { ContainerdSupervisor } from '../../src/cri/containerd/supervisor/supervisor.ts';
import { PAUSE_IMAGE, pauseImage } from '../../src/cri/image/pause/pause.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { eventually } from '../support/eventually.ts';
import { leftovers, machineTraces, type Traces } from '../support/machine-traces.ts';

const CLUSTER = 'tph-e2e-host';
const possible =
  process.getuid?.() === 0 && existsSync('/usr/bin/containerd') && existsSync('/usr/bin/busybox');

describe('a node without namespaces', {
  skip: !possible && 'needs root, containerd and busybox-static',
}, () => {
  let traces: Traces;
  let cluster: ClusterNodes;
  let supervisor: ContainerdSupervisor;

  before(async () => {
    await destroyNodes(CLUSTER, { removeData: true });
    traces = await machineTraces();
    const directory = '/tmp/tph-e2e-host';
    const options = { cluster: CLUSTER, index: 43, nodes: ['n1'], directory, isolated: true, host: true };
    cluster = await createNodes({ ...options, hostAddresses: ['127.0.0.1'] });
    const node = cluster.nodes[0]!;
    supervisor = new ContainerdSupervisor({
      ...node.runtime,
      prefix: node.shell.prefix,
      streamAddress: node.address,
      sandboxImage: PAUSE_IMAGE,
      runtimes: installedRuntimes(node.runtime.crunWorks),
    });
    await supervisor.start();
    await importImage({ socket: supervisor.socket, image: pauseImage() });
    await importImage({ socket: supervisor.socket, image: busyboxImage() });
  });

  after(async () => {
    supervisor?.release();
    await destroyNodes(CLUSTER, { removeData: true });
  });

  test('a pod is reached at its address and at its host port', async () => {
    const node = cluster.nodes[0]!;
    const runtime = openContainerd({ socket: supervisor.socket });
    const config = {
      metadata: { name: 'web', uid: 'web', namespace: 'default' },
      logDirectory: join(node.directory, 'logs'),
      portMappings: [{ containerPort: 8080, hostPort: 18043 }],
      linux: { cgroupParent: `${node.cgroupRoot}/kubepods/podweb` },
    };
    const sandbox = await runtime.runPodSandbox(config);
    const command = ['sh', '-c', 'mkdir /www; echo hello > /www/x; httpd -f -p 8080 -h /www'];
    const main = { metadata: { name: 'main' }, image: { image: 'busybox:1' }, command };
    await runtime.startContainer(await runtime.createContainer(sandbox, main, config));
    const [ip] = (await runtime.podSandboxStatus(sandbox)).ips;
    const page = (host: string) => eventually(host, async () => (await fetch(`http://${host}/x`)).text());
    assert.equal(await page(`${ip}:8080`), 'hello\n');
    assert.equal(await page('127.0.0.1:18043'), 'hello\n');
    runtime.close();
  });

  test('tearing down while everything runs leaves nothing behind, host ports included', async () => {
    supervisor.release();
    process.kill(supervisor.pid!, 'SIGKILL');
    await destroyNodes(CLUSTER, { removeData: true });
    let left: Partial<Traces> = {};
    await eventually('a clean machine', async () => {
      left = leftovers(traces, await machineTraces());
      return Object.keys(left).length === 0;
    }).catch(() => assert.deepEqual(left, {}));
  });
});
