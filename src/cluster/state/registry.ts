// Which clusters this machine runs, so that `down` and `status` find one by name and no two share an address range.
// A cluster's record lies in /run: it is gone after a reboot, as are its namespaces.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.ts';

export interface ClusterRecord {
  readonly name: string;
  /** Chooses the address ranges: nodes 10.77.<index>.0/24, pods 10.<128+index>.0.0/16. */
  readonly index: number;
  readonly dataDir: string;
  readonly nodes: readonly string[];
  readonly isolated: boolean;
  /** Nodes use the machine's own namespaces. */
  readonly host: boolean;
  readonly apiPort: number;
  /** Of the image registry on 127.0.0.1. */
  readonly registryPort?: number;
  /** The pods' ranges, where the user has chosen them. */
  readonly clusterCidrs?: readonly string[];
  /** The kubeconfig file that got a context; undefined for none. */
  readonly kubeconfig?: string;
  /** The node agent, which supervises the control plane; it may have died. */
  readonly pid: number;
  /** The launcher, which starts the node agent again when it is killed. */
  readonly launcher?: number;
  readonly controlPlane?: number;
  readonly simulatedNodes?: number;
  /** Every step of a start was done once: manifests are applied, images loaded. */
  readonly complete?: boolean;
}

const DIRECTORY = '/run/tiphys';
/** In it; held while an index is chosen. */
export const LOCK = 'lock';
const MOST = 100;

const file = (name: string) => join(DIRECTORY, `${name}.json`);

export function readRecord(name: string): ClusterRecord | undefined {
  try {
    return JSON.parse(readFileSync(file(name), 'utf8')) as ClusterRecord;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function listRecords(): ClusterRecord[] {
  mkdirSync(DIRECTORY, { recursive: true });
  return readdirSync(DIRECTORY)
    .filter((entry) => entry.endsWith('.json'))
    .map((entry) => readRecord(entry.slice(0, -'.json'.length)))
    .filter((record) => record !== undefined);
}

/** Writes whole or not at all. */
export function writeRecord(record: ClusterRecord): void {
  mkdirSync(DIRECTORY, { recursive: true });
  const temporary = `${file(record.name)}.${process.pid}`;
  writeFileSync(temporary, JSON.stringify(record, undefined, 2));
  renameSync(temporary, file(record.name));
}

/**
 * Chooses the cluster's index, and has `register` write its record before another process can choose the same: two starts
 * at the same moment get different addresses.
 */
export function claimIndex<T>(name: string, register: (index: number) => T): T {
  mkdirSync(DIRECTORY, { recursive: true });
  return withLock(join(DIRECTORY, LOCK), () => register(chooseIndex(name, listRecords())));
}

export function removeRecord(name: string): void {
  rmSync(file(name), { force: true });
}

/** The API's port unless another cluster has it. */
export const USUAL_PORT = 6443;

/**
 * The ports of other clusters' APIs. A cluster that is just starting may be about to take the usual one: of two that start at
 * the same moment, the one with the lower index does.
 */
export function portsOfOthers(
  own: Pick<ClusterRecord, 'name' | 'index'>,
  records: readonly Pick<ClusterRecord, 'name' | 'index' | 'apiPort'>[],
): number[] {
  return records
    .filter(({ name }) => name !== own.name)
    .map(({ index, apiPort }) => apiPort || (index < own.index ? USUAL_PORT : 0))
    .filter((port) => port > 0);
}

/** The lowest index that no cluster has; a cluster that is known keeps its own. */
function chooseIndex(name: string, records: readonly ClusterRecord[]): number {
  const own = records.find((record) => record.name === name);
  if (own) return own.index;
  const taken = new Set(records.map((record) => record.index));
  for (let index = 0; index < MOST; index++) if (!taken.has(index)) return index;
  throw new Error(`there are ${MOST} clusters on this machine already; end one with tiphys down --name NAME`);
}

/** How the command lines of a cluster's own processes end in one word: in the bundle, in a clone, the launcher. */
const OWN_PROGRAMS = ['tiphys.mjs', 'control-plane.mjs', 'simulated-nodes.mjs', 'main.ts', '/tiphys'];

/** The record's processes that still run (and are not others that got their numbers), the launcher first. */
export function runningProcesses(record: ClusterRecord): number[] {
  const { launcher, pid, controlPlane, simulatedNodes } = record;
  return [launcher, pid, controlPlane, simulatedNodes].filter((id) => id !== undefined).filter(isOwnProcess);
}

/** Whether the cluster's node agent runs, or is about to be started again. */
export const isRunning = (record: ClusterRecord): boolean =>
  runningProcesses({ ...record, controlPlane: undefined, simulatedNodes: undefined }).length > 0;

function isOwnProcess(pid: number): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words.some((word) => OWN_PROGRAMS.some((end) => word.endsWith(end)));
  } catch {
    return false;
  }
}
