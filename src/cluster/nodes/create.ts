// Makes a cluster's nodes: a bridge on the machine, and per node a network namespace on a cable, and a mount namespace
// pinned so that it outlives every process in it. What exists already is adopted, so that a new Tiphys finds the old
// one's pods. Few programs are started, the nodes' ones side by side: two nodes take well under 150 ms.

import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus, networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Family } from '../../api/addresses/prefix.ts';
import { scopeOf } from '../../kit/ip-scope.ts';
import { USUAL_ROOT } from '../../kubelet/usual-root.ts';
import { firstPodMtu } from '../../network/routes/mtu.ts';
import { UserError } from '../progress.ts';
import { createCgroup, isHybrid } from './cgroups.ts';
import { mtuIn, networkName, pluginDirectory, writeConflist } from './cni.ts';
import { firewall } from './firewall.ts';
import { openForwarding } from './forwarding.ts';
import { allowForwarding, findForwarding } from './kernel-forwarding.ts';
import { bridgeAddressBatch, bridgeBatch, nodeAddressBatch, nodeBatch, plugBatch } from './links.ts';
import { isMounted, listMounts, type MountEntry } from './mounts.ts';
import { makePinned } from './namespaces/pinned.ts';
import { LOOPBACK } from './networks.ts';
import { type NodePlan, type NodesOptions, type NodesPlan, PIN_DIRECTORY, planNodes } from './plan.ts';
import { CNI_CONFIGURATION, CNI_PROGRAMS, plugInCommands, quote } from './plug-in.ts';
import { hostShell, type NodeShell, namespaceShell } from './shell.ts';
import { type NodesState, writeState } from './state.ts';
import { machineLinkMtu } from './underlay.ts';

export interface ClusterNode extends NodePlan {
  shell: NodeShell;
  /** For the containerd of this node. */
  runtime: {
    directory: string;
    socket: string;
    cniConfigDirectory: string;
    cniPluginDirectory: string;
    /** False where crun would refuse the cgroups it finds. */
    crunWorks: boolean;
  };
}

export interface ClusterNodes extends Omit<NodesPlan, 'nodes'> {
  nodes: ClusterNode[];
}

export async function createNodes(options: NodesOptions): Promise<ClusterNodes> {
  const { host, families = ['IPv4'] } = options;
  const hostAddresses = options.hostAddresses ?? (host ? families.map(primaryAddress) : undefined);
  const linkMtu = await machineLinkMtu(options, hostAddresses?.[0]);
  const plan = planNodes({ ...options, linkMtu, ...(hostAddresses && { hostAddresses }) });
  const mounts = await listMounts();
  const { forwarding = {} } = await writeState(await stateOf(plan));
  await makeDirectories(plan, mounts);
  await Promise.all([prepareHost(plan, mounts), ...plan.nodes.map((node) => createCgroup(node.cgroupRoot))]);
  if (!plan.host) await connect(plan, mounts);
  for (const [family, found] of Object.entries(forwarding)) await allowForwarding(family as Family, found);
  if (plan.cni === 'bridge') await Promise.all(plan.nodes.map((node) => writeFirstPodNetwork(plan, node)));
  return { ...plan, nodes: plan.nodes.map((node) => withShell(plan, node)) };
}

/** The nodes of a plan as they stand, without touching them. */
export function withShell(plan: NodesPlan, node: NodePlan): ClusterNode {
  return {
    ...node,
    shell: node.pins ? namespaceShell(node.pins) : hostShell,
    runtime: {
      directory: join(node.directory, 'containerd'),
      socket: node.socket,
      cniConfigDirectory: plan.cni === 'none' ? CNI_CONFIGURATION : cniDirectory(plan, node),
      cniPluginDirectory: plan.cni === 'none' ? CNI_PROGRAMS : pluginDirectory(),
      crunWorks: !plan.host || !isHybrid(),
    },
  };
}

/** Before other nodes are known. Where tunnels come only then, what an earlier start knew of them holds until they do. */
async function writeFirstPodNetwork(plan: NodesPlan, node: NodePlan): Promise<void> {
  const mtu = firstPodMtu(plan.linkMtu, plan.podNetwork, node.address);
  const earlier = await mtuIn(cniDirectory(plan, node));
  await writePodNetwork(plan, node, Math.min(mtu, earlier ?? mtu));
}

const cniDirectory = ({ foreign }: Pick<NodesPlan, 'foreign'>, node: NodePlan): string =>
  foreign?.cniConfigDirectory ?? join(node.directory, 'cni');

/** Writes the CNI configuration of a node; `mtu` is that of the pods to come. */
export function writePodNetwork(
  plan: Pick<NodesPlan, 'cluster' | 'foreign'>,
  node: NodePlan,
  mtu: number,
): Promise<void> {
  return writeConflist(cniDirectory(plan, node), {
    name: networkName(plan, node),
    bridge: node.podBridge,
    podCidrs: node.podCidrs,
    mtu,
    ipamDirectory: join(node.directory, 'ipam'),
  });
}

async function makeDirectories(plan: NodesPlan, mounts: readonly MountEntry[]): Promise<void> {
  await Promise.all(plan.nodes.map((node) => mkdir(node.tmpfs, { recursive: true })));
  if (plan.host) return;
  await mkdir(PIN_DIRECTORY, { recursive: true });
  if (!isMounted(mounts, PIN_DIRECTORY)) {
    await script(`mount --bind ${PIN_DIRECTORY} ${PIN_DIRECTORY} && mount --make-private ${PIN_DIRECTORY}`);
  }
}

/** Firewall, bridge, and the tmpfs of each node: these must be mounted before the nodes' mount namespaces part. */
async function prepareHost(plan: NodesPlan, mounts: readonly MountEntry[]): Promise<void> {
  const missing = plan.nodes.filter((node) => !isMounted(mounts, node.tmpfs));
  const mount = missing.map((node) => `mount -t tmpfs -o mode=0755 tmpfs ${quote(node.tmpfs)}`).join(' && ');
  const rules = plan.host && plan.isolated ? '' : firewall(plan);
  await Promise.all([
    mount && script(mount),
    rules && hostShell.exec(['nft', '-f', '-'], { input: rules }),
    plan.bridge && makeBridge(plan),
    !plan.isolated && openForwarding(plan),
  ]);
}

async function makeBridge(plan: NodesPlan): Promise<void> {
  if (!linkExists(plan.bridge!)) await batch(hostShell, bridgeBatch(plan));
  // Some machines turn IPv6 off for links that come.
  if (hasIPv6(plan)) await writeFile(`/proc/sys/net/ipv6/conf/${plan.bridge}/disable_ipv6`, '0');
  await batch(hostShell, bridgeAddressBatch(plan));
}

const hasIPv6 = ({ networks }: NodesPlan): boolean => networks.some(({ family }) => family === 'IPv6');

async function connect(plan: NodesPlan, mounts: readonly MountEntry[]): Promise<void> {
  const isNew = (node: NodePlan) =>
    !(
      isMounted(mounts, node.pins!.net) &&
      isMounted(mounts, node.pins!.mount) &&
      linkExists(node.pins!.link)
    );
  const fresh = plan.nodes.filter(isNew);
  await Promise.all(
    plan.nodes.map((node) =>
      fresh.includes(node) ? makeNamespaces(plan, node, mounts) : adopt(plan, node, mounts),
    ),
  );
  await batch(hostShell, plugBatch(plan, fresh));
}

/** The cluster may have other families of addresses than at its last start, and may be of a version whose nodes had no hostname. */
async function adopt(plan: NodesPlan, node: NodePlan, mounts: readonly MountEntry[]): Promise<void> {
  const uts = node.pins!.uts!;
  if (!isMounted(mounts, uts)) {
    await writeFile(uts, '');
    await hostShell.exec(['unshare', `--uts=${uts}`, 'hostname', node.name]);
  }
  const inside = [...forwardingInside(plan), ...plugInInside(plan, node), 'exec ip -batch -'].join(' && ');
  const input = `${nodeAddressBatch(plan, node).join('\n')}\n`;
  await namespaceShell(node.pins!).exec(['sh', '-c', inside], { input });
}

const plugInInside = ({ cni }: NodesPlan, node: NodePlan): string[] =>
  cni === 'none' ? plugInCommands(node, pluginDirectory()) : [];

/** Pods' links get addresses of our choice, which need not be looked for elsewhere before they are used. */
const forwardingInside = (plan: NodesPlan): string[] => [
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
  ...(hasIPv6(plan)
    ? [
        'echo 1 > /proc/sys/net/ipv6/conf/all/forwarding',
        'echo 0 > /proc/sys/net/ipv6/conf/default/accept_dad',
      ]
    : []),
];

/**
 * The new mount namespace is a slave of the machine's: what the machine unmounts later, no node keeps mounted. Inside, mounts
 * propagate among containers (rshared); the second cgroup version is hidden, crun refuses a machine with both. The pins are
 * unmounted, or each node would keep all others' namespaces alive. Shims put their sockets into /run/containerd, and leave them
 * there when they are killed: each node has one of its own.
 * Drivers look for the kubelet's directory in /var/lib/kubelet; what is mounted in one of the two places is in the other, too.
 */
async function makeNamespaces(plan: NodesPlan, node: NodePlan, mounts: readonly MountEntry[]): Promise<void> {
  const { net, mount, uts } = node.pins!;
  const pins = [net, mount, uts!];
  const stale = pins.filter((pin) => isMounted(mounts, pin));
  if (stale.length > 0) await script(`umount -l ${stale.map(quote).join(' ')}`);
  await Promise.all(pins.map((pin) => writeFile(pin, '')));
  const inside = [
    `hostname ${quote(node.name)}`,
    'mount --make-rshared /',
    `umount -R -l ${PIN_DIRECTORY}`,
    'mkdir -p /run/containerd && mount -t tmpfs -o mode=0711 tmpfs /run/containerd',
    `mkdir -p ${quote(node.kubelet)} ${USUAL_ROOT} && mount --bind ${quote(node.kubelet)} ${USUAL_ROOT}`,
    ...(isHybrid() ? ['umount /sys/fs/cgroup/unified'] : []),
    ...forwardingInside(plan),
    ...plugInInside(plan, node),
    'exec ip -batch -',
  ].join(' && ');
  const unshare = ['unshare', `--net=${net}`, `--mount=${mount}`, `--uts=${uts}`, '--propagation', 'slave'];
  const input = `${nodeBatch(plan, node, process.pid).join('\n')}\n`;
  const processors = cpus().length;
  await makePinned(hostShell.exec, [...unshare, 'sh', '-c', inside], pins, { input, processors });
}

async function stateOf(plan: NodesPlan): Promise<NodesState> {
  const families = plan.isolated ? [] : plan.networks.map(({ family }) => family);
  const found = await Promise.all(families.map(async (family) => [family, await findForwarding(family)]));
  return { plan, forwarding: Object.fromEntries(found) };
}

/** Reads /proc, which shows this process's network namespace; /sys shows the namespace it was mounted in. */
function linkExists(name: string): boolean {
  const lines = readFileSync('/proc/self/net/dev', 'utf8').split('\n');
  return lines.some((line) => line.trimStart().startsWith(`${name}:`));
}

async function batch(shell: NodeShell, lines: readonly string[]): Promise<void> {
  if (lines.length > 0) await shell.exec(['ip', '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

async function script(text: string): Promise<void> {
  await hostShell.exec(['sh', '-c', text]);
}

/** The machine's first address of a family that others can reach. */
function primaryAddress(family: Family): string {
  const all = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const found = all.find((a) => a.family === family && !a.internal && scopeOf(a.address) === 'global');
  if (!found && family === 'IPv6')
    throw new UserError('--host with IPv6: this machine has no address of it that others can reach');
  return found?.address ?? LOOPBACK[family];
}
