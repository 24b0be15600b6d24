// Run by outward.test.ts in a network namespace of its own that stands for the machine: behind it lies another one, the
// outside, without routes back to nodes or pods. Everything is of the family that the argument names. Prints what was reached as one line of JSON.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, readlink, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ClusterNodes, createNodes } from '../../src/cluster/nodes/create.ts';
import { hostShell } from '../../src/cluster/nodes/shell.ts';
import { isForwarded, listStates } from '../../src/cluster/nodes/state.ts';
import { destroyNodes } from '../../src/cluster/nodes/teardown/destroy.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec, tryExec } from '../../src/kit/exec.ts';
import { silentLogger } from '../../src/kit/log.ts';
import { PodRoutes } from '../../src/network/routes/pod-routes.ts';
import { eventually } from '../support/eventually.ts';

const CLUSTER = 'tph-e2e-outward';
const SCENES = {
  IPv4: {
    forwarding: 'ipv4/ip_forward',
    machine: '198.51.100.1/24',
    outside: '198.51.100.2',
    pod: '10.172.0.9',
    everywhere: 'default',
    iptables: 'iptables',
  },
  IPv6: {
    forwarding: 'ipv6/conf/all/forwarding',
    machine: '2001:db8::1/64',
    outside: '2001:db8::2',
    pod: 'fd74:6970:6879:2c00::9',
    everywhere: '::/0',
    iptables: 'ip6tables',
  },
} as const;
const family = process.argv[2] === 'IPv6' ? 'IPv6' : 'IPv4';
const scene = SCENES[family];
const nodad = family === 'IPv6' ? ['nodad'] : [];
const setting = async (name: string) => (await readFile(`/proc/sys/net/${name}`, 'utf8')).trim();
const forwarding = () => setting(scene.forwarding);
/** Whether the machine heeds routers of its own network. */
const heeding = () => setting('ipv6/conf/up0/accept_ra');
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
    families: [family],
  });
  const [a, b] = made.nodes;
  const stops = await routesBetween(made);
  // An address of the pod network stands for a pod.
  await a!.shell.exec(['ip', 'addr', 'add', scene.pod, 'dev', 'lo']);
  const seen = {
    nodeToNode: await reaches(a!.shell.prefix, b!.address),
    nodeToPod: await reaches(b!.shell.prefix, scene.pod),
    hostToPod: await reaches([], scene.pod),
    nodeToOutside: await reaches(a!.shell.prefix, scene.outside),
    forwarding: await forwarding(),
    heeding: await heeding(),
  };
  for (const stop of stops) stop();
  await destroyNodes(CLUSTER, { removeData: true });
  await rm(directory, { recursive: true });
  return {
    ...seen,
    forwardingBefore: before,
    forwardingAfter: await forwarding(),
    heedingAfter: await heeding(),
  };
}

await destroyNodes(CLUSTER, { removeData: true });
/** Somebody's cluster on this machine needs the machine to forward: the last one puts the switch back. */
const needed = isForwarded(family, await listStates());
const outside = spawn('unshare', ['--net', 'sleep', '60'], { stdio: 'ignore' });
const namespace = (pid: string | number | undefined) => readlink(`/proc/${pid}/ns/net`);
await eventually(
  'a namespace outside',
  async () => (await namespace(outside.pid)) !== (await namespace('self')),
);
await exec(['ip', 'link', 'add', 'up0', 'type', 'veth', 'peer', 'name', 'in0', 'netns', String(outside.pid)]);
const enter = ['nsenter', '-t', String(outside.pid), '-n'];
await exec([
  ...enter,
  'ip',
  'addr',
  'add',
  `${scene.outside}/${scene.machine.split('/')[1]}`,
  'dev',
  'in0',
  ...nodad,
]);
await exec([...enter, 'ip', 'link', 'set', 'in0', 'up']);
await exec(['ip', '-batch', '-'], {
  input:
    `link set lo up\naddr add ${scene.machine} dev up0 ${nodad.join()}\nlink set up0 up\n` +
    `route add ${scene.everywhere} via ${scene.outside}\n`,
});
const open = await play(false);
const isolated = await play(true);
await exec([scene.iptables, '-P', 'FORWARD', 'DROP']);
const dropping = await play(false);
const left = await exec([scene.iptables, '-S', 'FORWARD']);
console.log(JSON.stringify({ open, isolated, dropping, left, needed }));
outside.kill('SIGKILL');
