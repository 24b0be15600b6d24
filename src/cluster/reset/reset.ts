// `tiphys reset`: nothing of an agent and of a server is left on this machine: processes, pods with all that they use, network, firewall, cgroups,
// mounts, records, data. Works from what is there, so that one that was interrupted can be repeated, also after the machine was started again.
import { readFileSync } from 'node:fs';
import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import { messageOf } from '../../kit/message-of.ts';
import { takeDown } from '../down.ts';
import { listStates } from '../nodes/state.ts';
import { destroyNodes } from '../nodes/teardown/destroy.ts';
import { UserError } from '../progress.ts';
import { listServers, unregisterServer } from '../server/server-records.ts';
import { type Role, unitName } from '../service/unit.ts';
import { claimIndex, LOCK, listRecords } from '../state/registry.ts';
import { deleteDirectory, directoryProblem, isThere } from './directory.ts';
import { hasService, leaveEtcd, removeService } from './leave.ts';
import { endProcesses } from './processes.ts';

export interface ResetDirectories {
  /** Of the agent (--root-dir), and of the server (--data-dir). */
  readonly agent: string;
  readonly server: string;
}

export interface ResetPlan extends ResetDirectories {
  /** Names under which nodes are noted that have their things in the agent's directory. */
  readonly nodes: readonly string[];
  /** What there is, a line for each thing that the user would miss. */
  readonly found: readonly string[];
}

const AGENT_MARKS = ['nodes', 'membership.json'];
const SERVER_MARKS = ['server.json', 'pki'];

/** Throws a UserError for a directory that must not be deleted. Changes nothing. */
export async function resetPlan(directories: ResetDirectories): Promise<ResetPlan> {
  const { agent, server } = directories;
  const problem = directoryProblem(agent, AGENT_MARKS) ?? directoryProblem(server, SERVER_MARKS);
  if (problem) throw new UserError(problem);
  const records = listRecords().filter(({ dataDir }) => dataDir === agent);
  const cluster = listRecords().find(
    ({ dataDir, controlPlane }) => controlPlane && [agent, server].includes(dataDir),
  );
  if (cluster)
    throw new UserError(
      `${cluster.dataDir} is of tiphys up: tiphys down --name ${cluster.name} --purge removes it`,
    );
  const states = (await listStates()).filter(({ plan }) => plan.directory === agent);
  const nodes = [...new Set([...records.map(({ name }) => name), ...states.map(({ plan }) => plan.cluster)])];
  const hasAgent = nodes.length > 0 || (await isThere(agent));
  const hasServer = listServers().some(({ dataDir }) => dataDir === server) || (await isThere(server));
  const node = ['the node', ...nodes].join(' ');
  const services = (['agent', 'server'] as const).filter((role) => hasService(role, directories[role]));
  return {
    ...{ agent, server, nodes },
    found: [
      ...(hasAgent ? [`${node} in ${agent}: its pods, their volumes, its images, its network`] : []),
      ...(hasServer
        ? [`the server in ${server}: its certificates and all that its cluster stores here`]
        : []),
      ...services.map((role) => `the service ${unitName(role)}`),
    ],
  };
}

export interface ResetTools {
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** Gives what could not be removed, a line each. Goes on where one step fails. */
export async function reset(plan: ResetPlan, tools: ResetTools): Promise<readonly string[]> {
  const problems: string[] = [];
  const step = async (what: string, work: () => Promise<string | undefined>) => {
    const problem = await work().catch((error: unknown) => `${what}: ${messageOf(error)}`);
    if (problem) problems.push(problem);
  };
  for (const role of ['agent', 'server'] as const)
    await step(unitName(role), () => endService(role, plan[role], tools.say));
  await step('the node', () => resetAgent(plan, tools));
  await step('the server', () => resetServer(plan, tools));
  await step(RUN, leaveRun);
  return problems;
}

const RUN = '/run/tiphys';

/** Where no other cluster of the machine has its records. */
async function leaveRun(): Promise<undefined> {
  await rmdir(join(RUN, 'servers')).catch(() => {});
  const entries = await readdir(RUN).catch(() => undefined);
  if (!entries?.every((name) => name === LOCK)) return;
  await rm(join(RUN, LOCK), { force: true });
  await rmdir(RUN);
}

async function endService(role: Role, directory: string, say: (line: string) => void): Promise<undefined> {
  if (!hasService(role, directory)) return;
  await removeService(role);
  say(`${unitName(role)} is removed`);
}

async function resetAgent(
  { agent, nodes }: ResetPlan,
  { clock, say }: ResetTools,
): Promise<string | undefined> {
  for (const record of listRecords().filter(({ dataDir }) => dataDir === agent))
    await takeDown(record, { purge: false, clock });
  await endProcesses(agent, undefined, clock);
  // Without a record, of an agent whose teardown was interrupted.
  for (const { plan } of (await listStates()).filter(({ plan }) => plan.directory === agent))
    await destroyNodes(plan.cluster, { clock });
  for (const name of nodes) say(`node ${name} is down`);
  if (nodes.length === 0) await forgetNodes(agent, clock);
  return deleted(agent, clock, say);
}

/**
 * After the machine was started again, nothing is noted of a node; what it has outside of its directory is only what network plug-ins
 * remember of its pods. Not beside another node of the machine's own namespaces, whose firewall it would be.
 */
async function forgetNodes(agent: string, clock: Clock): Promise<void> {
  if ((await listStates()).some(({ plan }) => plan.host)) return;
  for (const name of await readdir(join(agent, 'nodes')).catch(() => [])) {
    // A number that no cluster has: names of links come from it.
    const index = claimIndex(name, (free) => free);
    const options = { cluster: name, index, nodes: [name], directory: agent, isolated: false, host: true };
    await destroyNodes(name, { clock, fallback: options });
  }
}

async function resetServer({ server }: ResetPlan, { clock, say }: ResetTools): Promise<string | undefined> {
  const stays = await leaveEtcd(server);
  if (stays) say(`etcd keeps this server as a member (tiphys server remove on another one): ${stays}`);
  const record = listServers().find(({ dataDir }) => dataDir === server);
  const ended = await endProcesses(server, record?.pid, clock);
  if (ended > 0) say('the server has ended');
  unregisterServer(server);
  return deleted(server, clock, say);
}

async function deleted(
  directory: string,
  clock: Clock,
  say: (line: string) => void,
): Promise<string | undefined> {
  if (!(await isThere(directory))) return undefined;
  const left = await deleteDirectory(directory, clock);
  if (!left || left.empty) say(left ? left.text : `${directory} is deleted`);
  return left && !left.empty ? left.text : undefined;
}

/** The names under which the machine may be a node of a cluster, which does not learn of a reset. */
export function nodeNamesIn({ agent, nodes }: ResetPlan): readonly string[] {
  if (nodes.length > 0) return nodes;
  try {
    const { name } = JSON.parse(readFileSync(join(agent, 'membership.json'), 'utf8')) as { name?: string };
    return name ? [name] : [];
  } catch {
    return [];
  }
}
