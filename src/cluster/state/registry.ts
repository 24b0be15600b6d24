// Which clusters this machine runs, so that `down` and `status` find one by name and no two share an address range.
// A cluster's record lies in /run: it is gone after a reboot, as are its namespaces.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

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
  /** The kubeconfig file that got a context; undefined for none. */
  readonly kubeconfig?: string;
  /** The process that runs the cluster; it may have died. */
  readonly pid: number;
}

const DIRECTORY = '/run/tiphys';
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

export function removeRecord(name: string): void {
  rmSync(file(name), { force: true });
}

/** The lowest index that no cluster has; a cluster that is known keeps its own. */
export function chooseIndex(name: string, records: readonly ClusterRecord[]): number {
  const own = records.find((record) => record.name === name);
  if (own) return own.index;
  const taken = new Set(records.map((record) => record.index));
  for (let index = 0; index < MOST; index++) if (!taken.has(index)) return index;
  throw new Error(`there are ${MOST} clusters on this machine already; end one with tiphys down --name NAME`);
}

/** Whether the process of a record still runs (and is not another one that got its number). */
export function isRunning(record: ClusterRecord): boolean {
  try {
    const words = readFileSync(`/proc/${record.pid}/cmdline`, 'utf8').split('\0');
    return words.some((word) => word.endsWith('tiphys.mjs') || word.endsWith('main.ts'));
  } catch {
    return false;
  }
}
