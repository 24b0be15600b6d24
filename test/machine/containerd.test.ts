// Two isolated nodes with a containerd each, driven through the port alone. Needs root, namespaces and containerd.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { type ClusterNodes, createNodes } from '../../src/cluster/nodes/create.ts';
import { hostShell } from '../../src/cluster/nodes/shell.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { importImage } from '../../src/cri/containerd/images/images.ts';
import { openContainerd } from '../../src/cri/containerd/open.ts';
import { installedRuntimes } from '../../src/cri/containerd/supervisor/oci-runtimes.ts';
import { ContainerdSupervisor } from '../../src/cri/containerd/supervisor/supervisor.ts';
import { runtimeContract } from '../../src/cri/contract/runtime.contract.ts';
import { PAUSE_IMAGE, pauseImage } from '../../src/cri/image/pause/pause.ts';
import type { ContainerRuntime, PodSandboxConfig } from '../../src/cri/runtime.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { PodRoutes } from '../../src/network/routes/pod-routes.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { leftovers, machineTraces, type Traces } from '../support/machine-traces.ts';

const CLUSTER = 'tph-e2e-containerd';
const DIRECTORY = '/tmp/tph-e2e-containerd';
const OPTIONS = { cluster: CLUSTER, index: 41, nodes: ['n1', 'n2'], directory: DIRECTORY, isolated: true };
const possible =
  process.getuid?.() === 0 && existsSync('/usr/bin/containerd') && existsSync('/usr/bin/busybox');

describe('nodes with containerd', { skip: !possible && 'needs root, containerd and busybox-static' }, () => {
  let traces: Traces;
  let cluster: ClusterNodes;
  let supervisors: ContainerdSupervisor[];
  let runtimes: ContainerRuntime[];

  const supervise = () =>
    cluster.nodes.map(
      (node) =>
        new ContainerdSupervisor({
          ...node.runtime,
          prefix: node.shell.prefix,
          streamAddress: node.address,
          sandboxImage: PAUSE_IMAGE,
          runtimes: installedRuntimes(node.runtime.crunWorks),
        }),
    );

  /** As the node agent does: nodes and the machine get routes to the pods of all others. */
  const makeRoutes = async () => {
    const nodes = cluster.nodes.map(({ name, address, podCidrs }) => ({
      ...{ apiVersion: 'v1', kind: 'Node', metadata: { name } },
      spec: { podCIDR: podCidrs[0]!, podCIDRs: [...podCidrs] },
      status: { addresses: [{ type: 'InternalIP', address }] },
    }));
    const machine = { name: '', tunnel: cluster.nodes[0]!.tunnel, shell: hostShell };
    for (const { name, tunnel, shell } of [...cluster.nodes, machine]) {
      const routes = new PodRoutes({
        ...{ nodeName: name, mode: 'routes', device: tunnel, metric: cluster.routeMetric },
        ...{ exec: shell.exec, nodes: () => nodes, clock: systemClock, log: silentLogger },
      });
      await routes.sync();
      routes.stop();
    }
  };

  const sandboxOn = (index: number, config: PodSandboxConfig): PodSandboxConfig => {
    const node = cluster.nodes[index]!;
    const cgroupParent = `${node.cgroupRoot}/kubepods/pod${config.metadata.uid}`;
    return { ...config, logDirectory: join(node.directory, 'logs'), dnsConfig: {}, linux: { cgroupParent } };
  };

  const runPod = async (index: number, name: string, script: string) => {
    const config = sandboxOn(index, { metadata: { name, uid: name, namespace: 'default' } });
    const sandbox = await runtimes[index]!.runPodSandbox(config);
    const id = await runtimes[index]!.createContainer(
      sandbox,
      {
        metadata: { name: 'main' },
        image: { image: 'busybox:1' },
        command: ['sh', '-c', script],
        logPath: `${name}.log`,
      },
      config,
    );
    await runtimes[index]!.startContainer(id);
    const { ips } = await runtimes[index]!.podSandboxStatus(sandbox);
    return { sandbox, id, ip: ips[0]!, log: join(config.logDirectory!, `${name}.log`) };
  };

  const sh = async (index: number, id: string, script: string) => {
    const { exitCode, stdout, stderr } = await runtimes[index]!.execSync(id, ['sh', '-c', script], 10);
    return { exitCode, output: stdout.toString() + stderr.toString() };
  };

  const until = async (condition: () => Promise<boolean> | boolean, what: string) => {
    for (let i = 0; i < 500; i++) {
      if (await condition()) return;
      await systemClock.sleep(20);
    }
    throw new Error(`not in time: ${what}`);
  };

  /** Of the first node; resolves when the next one answers. */
  const killContainerd = async (meanwhile = () => {}) => {
    const killed = supervisors[0]!.pid!;
    process.kill(killed, 'SIGKILL');
    meanwhile();
    await until(() => supervisors[0]!.pid !== killed, 'a new containerd');
    await until(
      () =>
        runtimes[0]!.version().then(
          () => true,
          () => false,
        ),
      'an answer',
    );
  };

  before(async () => {
    await destroyNodes(CLUSTER, { removeData: true });
    traces = await machineTraces();
    cluster = await createNodes(OPTIONS);
    await makeRoutes();
    supervisors = supervise();
    await Promise.all(supervisors.map((s) => s.start()));
    runtimes = supervisors.map((s) => openContainerd({ socket: s.socket }));
    for (const { socket } of supervisors) {
      await importImage({ socket, image: pauseImage(), pinned: true });
      await importImage({ socket, image: busyboxImage() });
    }
  });

  after(async () => {
    for (const s of supervisors ?? []) s.release();
    for (const r of runtimes ?? []) r.close();
    await destroyNodes(CLUSTER, { removeData: true });
  });

  runtimeContract('containerd', () => ({
    runtime: runtimes[0]!,
    image: 'busybox:1',
    sandbox: (config) => sandboxOn(0, config),
    pass: (ms) => systemClock.sleep(ms),
  }));

  test('what is mounted of an image are its files, also of one that no container has used', async () => {
    const [runtime, node] = [runtimes[1]!, cluster.nodes[1]!];
    const target = join(node.directory, 'image');
    const { type, source, options } = await runtime.imageMount({ image: 'busybox:1' }, 'volume');
    const words = type === 'bind' ? [] : ['-t', type];
    await node.shell.exec(['mkdir', '-p', target]);
    await node.shell.exec(['mount', ...words, '-o', [...options, 'ro'].join(), source, target]);
    const found = await node.shell.exec([join(target, 'bin/busybox'), 'echo', 'found']);
    assert.equal(found, 'found\n');
    await node.shell.exec(['umount', target]);
    await runtime.releaseImageMount('volume');
  });

  test('pods reach each other across nodes, and this process reaches them', async () => {
    const server = await runPod(0, 'server', 'mkdir -p /www; echo hello > /www/x; httpd -f -p 8080 -h /www');
    const client = await runPod(1, 'client', 'sleep 1000');
    assert.match(server.ip, /^10\.169\.0\./);
    assert.match(client.ip, /^10\.169\.1\./);
    const ping = await sh(1, client.id, `ping -c1 -W2 ${server.ip}`);
    assert.equal(ping.exitCode, 0, ping.output);
    const fetched = await sh(1, client.id, `timeout 3 wget -q -O - http://${server.ip}:8080/x`);
    assert.equal(fetched.output, 'hello\n');
    assert.equal(await (await fetch(`http://${server.ip}:8080/x`)).text(), 'hello\n');
  });

  test('an isolated node has no way out', async () => {
    const routes = await cluster.nodes[0]!.shell.exec(['ip', 'route']);
    assert.doesNotMatch(routes, /default/);
  });

  test('containers print into the log file and survive the death of containerd', async () => {
    const pod = await runPod(0, 'survivor', 'i=0; while :; do echo line $i; i=$((i+1)); sleep 0.1; done');
    await until(() => readFileSync(pod.log, 'utf8').includes('line 2'), 'first lines');
    await killContainerd();
    assert.equal((await runtimes[0]!.containerStatus(pod.id)).state, 'running');
    assert.equal((await runtimes[0]!.podSandboxStatus(pod.sandbox)).ips[0], pod.ip);
    assert.equal((await sh(0, pod.id, 'echo still here')).output, 'still here\n');
    const lines = readFileSync(pod.log, 'utf8').split('\n').length;
    await until(() => readFileSync(pod.log, 'utf8').split('\n').length > lines + 2, 'more lines');
  });

  test('a pod whose deletion was cut off by the death of containerd can be removed', async () => {
    const pod = await runPod(0, 'cut-off', 'sleep 1000');
    const states = [pod.id, pod.sandbox].map((id) =>
      join(DIRECTORY, 'nodes/n1/containerd/oci/crun/k8s.io', id),
    );
    const pids = states.map((state) => JSON.parse(readFileSync(join(state, 'status'), 'utf8')).pid);
    // The shim has told crun to delete them, and nobody how that ended.
    await killContainerd(() => {
      for (const state of states) rmSync(state, { recursive: true });
      for (const pid of pids) process.kill(pid, 'SIGKILL');
    });
    await runtimes[0]!.stopContainer(pod.id, 0);
    await runtimes[0]!.removeContainer(pod.id);
    await runtimes[0]!.stopPodSandbox(pod.sandbox);
    await runtimes[0]!.removePodSandbox(pod.sandbox);
    assert.equal((await runtimes[0]!.listPodSandboxes({ id: pod.sandbox })).length, 0);
  });

  test('a new supervisor takes over running nodes, containerds and pods', async () => {
    const pod = await runPod(1, 'adopted', 'sleep 1000');
    const pids = supervisors.map((s) => s.pid);
    for (const s of supervisors) s.release();
    cluster = await createNodes(OPTIONS);
    supervisors = supervise();
    await Promise.all(supervisors.map((s) => s.start()));
    assert.deepEqual(
      supervisors.map((s) => s.pid),
      pids,
    );
    assert.equal((await runtimes[1]!.containerStatus(pod.id)).state, 'running');
    assert.equal((await sh(1, pod.id, `ping -c1 -W2 ${cluster.nodes[0]!.address}`)).exitCode, 0);
  });

  test('containers see mounts made inside their node, and those made on the machine before it', async () => {
    const node = cluster.nodes[0]!;
    const inside = join(node.directory, 'memory');
    await node.shell.exec(['mkdir', '-p', inside]);
    await node.shell.exec(['mount', '-t', 'tmpfs', 'tmpfs', inside]);
    const config = sandboxOn(0, { metadata: { name: 'mounts', uid: 'mounts', namespace: 'default' } });
    const sandbox = await runtimes[0]!.runPodSandbox(config);
    const id = await runtimes[0]!.createContainer(
      sandbox,
      {
        metadata: { name: 'main' },
        image: { image: 'busybox:1' },
        command: ['sleep', '1000'],
        mounts: [
          { containerPath: '/inside', hostPath: inside },
          { containerPath: '/secret', hostPath: node.tmpfs, readonly: true },
        ],
      },
      config,
    );
    await runtimes[0]!.startContainer(id);
    const seen = await sh(
      0,
      id,
      'cat /proc/mounts; touch /inside/ok && ls /inside; touch /secret/no || echo readonly',
    );
    assert.match(seen.output, /tmpfs \/inside tmpfs/);
    assert.match(seen.output, /tmpfs \/secret tmpfs ro/);
    assert.match(seen.output, /readonly/);
  });

  test('tearing down while everything runs leaves nothing behind', async () => {
    for (const s of supervisors) s.release();
    for (const r of runtimes) r.close();
    for (const s of supervisors) process.kill(s.pid!, 'SIGKILL');
    assert.equal(await destroyNodes(CLUSTER, { removeData: true }), true);
    await until(
      async () => Object.keys(leftovers(traces, await machineTraces())).length === 0,
      'a clean machine',
    ).catch(async (error) => {
      assert.deepEqual(leftovers(traces, await machineTraces()), {});
      throw error;
    });
    assert.equal(existsSync(join(DIRECTORY, 'nodes', 'n1')), false);
  });
});
