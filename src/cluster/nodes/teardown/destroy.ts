// Undoes createNodes and everything that happened in the nodes since: processes first, then mounts, links, firewall,
// cgroups. Works after any of the programs, or Tiphys itself, was killed.
import { readdir, rm, rmdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Family } from '../../../api/addresses/prefix.ts';
import { type Clock, systemClock } from '../../../kit/clock.ts';
import { GUARD_TABLE } from '../../../network/announcer/guard.ts';
import { inRange, rangesOf } from '../../../network/balanced-addresses/ranges.ts';
import { TABLE_NAME as POLICY_TABLE } from '../../../network/policy/rules/family.ts';
import { TABLE as SERVICE_TABLE } from '../../../network/proxy/table.ts';
import { removeTables } from '../../../network/remove-tables.ts';
import { removeRoutes } from '../../../network/routes/remove-routes.ts';
import { removeMountPoints } from '../../configured/note.ts';
import { removeCgroup } from '../cgroups.ts';
import { CNI_RESULTS } from '../cni.ts';
import { closeForwarding } from '../forwarding.ts';
import { restoreForwarding } from '../kernel-forwarding.ts';
import { gatewayFlush } from '../links.ts';
import { isMounted, listMounts, mountsBelow } from '../mounts.ts';
import {
  doorDirectory,
  type NodesOptions,
  type NodesPlan,
  PIN_DIRECTORY,
  planNodes,
  RUN_DIRECTORY,
} from '../plan.ts';
import { hostShell } from '../shell.ts';
import { isForwarded, listStates, type NodesState, readState, removeState } from '../state.ts';
import { marksOfCluster } from './marks.ts';
import { removePortMappings } from './port-mappings.ts';
import { killProcesses } from './processes.ts';
import { removeData } from './remove-data.ts';
import { removeForeign } from './remove-foreign.ts';
import { bundlesOf, shimSockets } from './shim-sockets.ts';
import { detachVolumes, thawVolumes } from './volumes.ts';

export interface DestroyOptions {
  clock?: Clock;
  /** How the nodes were made, in case that was not written down or the note is lost. */
  fallback?: NodesOptions;
  /** Also deletes each node's folder, as far as possible: images, logs, volumes. */
  removeData?: boolean;
}

/** Removes the nodes of `cluster`; false when nothing is known of it. */
export async function destroyNodes(cluster: string, options: DestroyOptions = {}): Promise<boolean> {
  const { clock = systemClock } = options;
  const noted = await readState(cluster);
  const plan = noted?.plan ?? (options.fallback && planNodes(options.fallback));
  if (!plan) return false;
  if (plan.foreign) await removeForeign(plan, plan.foreign, clock);
  const sockets = await shimSockets(plan);
  await killProcesses(await marksOfCluster(plan), clock);
  await Promise.all(sockets.map((socket) => rm(socket, { force: true })));
  await removeTraces(plan);
  await thawVolumes(plan);
  await unmountAll(plan);
  await removeMountPoints(plan.directory);
  await detachVolumes(plan, clock);
  await Promise.all([removeLinks(plan), removeFirewall(plan), removeCgroups(plan, clock)]);
  await closeForwarding(plan);
  if (plan.host) await withdrawAnnounced(plan);
  for (const { tunnel } of plan.host ? plan.nodes : [])
    await removeRoutes(hostShell.exec, { device: tunnel, metric: plan.routeMetric });
  if (plan.host) await removePortMappings(`tiphys-${plan.cluster}-`);
  if (options.removeData) await Promise.all(plan.nodes.map((n) => removeData(n.directory, clock)));
  await removeState(cluster);
  await leave(noted?.forwarding ?? {});
  return true;
}

/**
 * Whatever killed programs leave in directories that all containerds share: sockets, and CNI's memory of each attachment,
 * under the name of the network or, for loopback, of the pod.
 */
async function removeTraces(plan: NodesPlan): Promise<void> {
  const pods = new Set((await bundlesOf(plan)).map((bundle) => basename(bundle)));
  const run = (await readdir(RUN_DIRECTORY).catch(() => [])).filter((file) => isSocketOf(plan, file));
  await Promise.all(run.map((file) => rm(join(RUN_DIRECTORY, file), { force: true })));
  await rm(doorDirectory(plan), { recursive: true, force: true });
  const networks = plan.nodes.map((n) => `tiphys-${plan.cluster}-${n.name}-`);
  for (const file of await readdir(CNI_RESULTS).catch(() => [])) {
    const ours = networks.some((n) => file.startsWith(n)) || pods.has(file.split('-').at(-2) ?? '');
    if (ours) await rm(join(CNI_RESULTS, file), { force: true });
  }
}

const isSocketOf = ({ cluster }: NodesPlan, file: string) =>
  file.startsWith(`${cluster}.`) && /\.sock(\.ttrpc)?$/.test(file);

async function unmountAll(plan: NodesPlan): Promise<void> {
  const mounts = await listMounts();
  const pins = await pinsOf(plan);
  const below = mountsBelow(mounts, join(plan.directory, 'nodes'));
  const targets = [...below, ...pins.filter((pin) => isMounted(mounts, pin))];
  if (targets.length > 0) await hostShell.tryExec(['umount', '-l', ...targets]);
  await Promise.all(pins.map((pin) => rm(pin, { force: true })));
}

/** Also those of nodes that the cluster had before its last start with fewer of them. */
async function pinsOf({ cluster }: NodesPlan): Promise<string[]> {
  const files = await readdir(PIN_DIRECTORY).catch(() => []);
  return files.filter((file) => file.startsWith(`${cluster}.`)).map((file) => join(PIN_DIRECTORY, file));
}

async function removeLinks(plan: NodesPlan): Promise<void> {
  const links = plan.host
    ? plan.nodes.map((n) => n.podBridge)
    : [...plan.nodes.map((n) => n.pins!.link), plan.bridge!];
  const input = links.map((link) => `link del ${link}\n`).join('');
  await hostShell.tryExec(['ip', '-force', '-batch', '-'], { input });
  // Elsewhere they go with the bridge.
  if (plan.host) await hostShell.tryExec(gatewayFlush(plan));
}

async function removeFirewall(plan: NodesPlan): Promise<void> {
  // In host mode the rules of Services and policies stand in the machine's own namespace; elsewhere they go with the node's.
  const names = [plan.nftTable, ...(plan.host ? [SERVICE_TABLE, POLICY_TABLE, GUARD_TABLE] : [])];
  await removeTables(hostShell.exec, names);
}

/** In host mode addresses of load balancers are on the machine's own interfaces. */
async function withdrawAnnounced({ pool, nodes }: NodesPlan): Promise<void> {
  if (!pool || pool.length === 0) return;
  const { NodeAnnouncer } = await import('../../../network/announcer/node-announcer.ts');
  const ranges = rangesOf(pool);
  const isAnnounced = (address: string) => ranges.some((range) => inRange(range, address));
  const { name, address } = nodes[0]!;
  await new NodeAnnouncer({ name, exec: hostShell.exec, address, isAnnounced }).withdraw(new Set());
}

/** Dead processes leave their cgroups a little later. */
async function removeCgroups(plan: NodesPlan, clock: Clock): Promise<void> {
  for (let i = 0; i < 200; i++) {
    if (await removeCgroup(plan.cgroupRoot)) return;
    await clock.sleep(10);
  }
  throw new Error(`cgroup ${plan.cgroupRoot} cannot be removed`);
}

/** The last cluster to go gives the machine back as it was found; the last one of a family, what that family needs. */
async function leave(forwarding: NonNullable<NodesState['forwarding']>): Promise<void> {
  const others = await listStates();
  for (const [family, found] of Object.entries(forwarding))
    if (!isForwarded(family as Family, others)) await restoreForwarding(family as Family, found);
  if (others.length > 0) return;
  if (isMounted(await listMounts(), PIN_DIRECTORY)) await hostShell.tryExec(['umount', '-l', PIN_DIRECTORY]);
  for (const d of [PIN_DIRECTORY, join(RUN_DIRECTORY, 'clusters'), RUN_DIRECTORY])
    await rmdir(d).catch(() => {});
}
