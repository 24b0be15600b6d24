// Run by outward.test.ts in a network namespace of its own that stands for the machine: behind it lies another one, the
// outside, without routes back to nodes or pods. Prints what was reached as one line of JSON.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterNodes, createNodes } from '../../src/cluster/nodes/create.ts';
import { hostShell } from '../../src/cluster/nodes/shell.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { PodRoutes } from '../../src/network/routes/pod-routes.ts';
import { eventually } from '../support/eventually.ts';

const CLUSTER = 'tph-e2e-outward';
const forwarding = async () => (await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).trim();
const reaches = async (prefix: readonly string[], address: string) =>
  (await tryExec([...prefix, 'busybox', 'ping', '-c1', '-W1', address])).code === 0;

/** As the node agent would set them, for the machine and for each node. */
async function routesBetween({ nodes, routeMetric: metric }: ClusterNodes): Promise<(() => void)[]> {
  const objects = nodes.map(({ name, address, podCidrs }) => ({
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name },
    spec: { podCIDRs: [...podCidrs] },
    status: { addresses: [{ type: 'InternalIP', address }] },
  }));
  const places = [{ name: '', tunnel: 'tunnel', shell: hostShell }, ...nodes];
  return Promise.all(
    places.map(async ({ name, tunnel: device, shell }) => {
      const routes = new PodRoutes({
        nodeName: name,
        mode: 'routes',
        device,
        metric,
        exec: shell.exec,
        nodes: () => objects,
        clock: systemClock,
        log: silentLogger,
      });
      await routes.sync();
      return () => routes.stop();
    }),
  );
}

async function play(isolated: boolean) {
  const directory = await mkdtemp(join(tmpdir(), 'tph-e2e-'));
  const before = await forwarding();
  const made = await createNodes({
    cluster: CLUSTER,
    index: 44,
    nodes: ['a', 'b'],
    directory,
    isolated,
  });
  const [a, b] = made.nodes;
  const stops = await routesBetween(made);
  // An address of the pod network stands for a pod.
  await a!.shell.exec(['ip', 'addr', 'add', '10.172.0.9/32', 'dev', 'lo']);
  const seen = {
    nodeToNode: await reaches(a!.shell.prefix, b!.address),
    nodeToPod: await reaches(b!.shell.prefix, '10.172.0.9'),
    hostToPod: await reaches([], '10.172.0.9'),
    nodeToOutside: await reaches(a!.shell.prefix, '198.51.100.2'),
    forwarding: await forwarding(),
  };
  for (const stop of stops) stop();
  await destroyNodes(CLUSTER, { removeData: true });
  await rm(directory, { recursive: true });
  return { ...seen, forwardingBefore: before, forwardingAfter: await forwarding() };
}

await destroyNodes(CLUSTER, { removeData: true });
const outside = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
const namespace = (pid: string | number | undefined) => readlink(`/proc/${pid}/ns/net`);
await eventually(
  'a namespace outside',
  async () => (await namespace(outside.pid)) !== (await namespace('self')),
);
await exec(['ip', 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'in0', 'netns', String(outside.pid)]);
const enter = ['nsenter', '-t', String(outside.pid), '-n'];
await exec([...enter, 'ip', 'addr', 'add', '198.51.100.2/24', 'dev', 'in0']);
await exec([...enter, 'ip', 'link', 'set', 'in0', 'up']);
await exec(['ip', '-batch', '-'], {
  input:
    'link set lo up\naddr add 198.51.100.1/24 dev up0\nlink set up0 up\nroute add default via 198.51.100.2\n',
});
const open = await play(false);
const isolated = await play(true);
await exec(['iptables', '-P', 'FORWARD', 'DROP']);
const dropping = await play(false);
const left = await exec(['iptables', '-S', 'FORWARD']);
console.log(JSON.stringify({ open, isolated, dropping, left }));
outside.kill('SIGKILL');
