// Finds every process that belongs to a cluster's nodes, whatever started it and whether or not its parent still runs:
// by namespace, by cgroup, by what it was started with, and by descent. Used by teardown only.
import { readdir, readFile, readlink } from 'node:fs/promises';
import type { Clock } from '../../../kit/clock.ts';

export interface ProcessMarks {
  /** Links as /proc/PID/ns shows them, e.g. net:[4026532281]. */
  namespaces: ReadonlySet<string>;
  /** cgroup path of the cluster, e.g. /tiphys-x. */
  cgroupRoot: string;
  /** How paths begin that only the cluster's own programs have in their command line. */
  paths: readonly string[];
}

interface ProcessFacts {
  pid: number;
  parent: number;
  marked: boolean;
}

/** Ids of all processes with one of the marks, and of their descendants. */
export async function findProcesses(marks: ProcessMarks): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 1 && pid !== process.pid);
  const facts = (await Promise.all(pids.map((pid) => inspect(pid, marks)))).filter((f) => f !== undefined);
  return withDescendants(facts);
}

export function withDescendants(facts: readonly ProcessFacts[]): number[] {
  const children = Map.groupBy(facts, (f) => f.parent);
  const found = new Set<number>();
  const visit = (fact: ProcessFacts) => {
    if (found.has(fact.pid)) return;
    found.add(fact.pid);
    for (const child of children.get(fact.pid) ?? []) visit(child);
  };
  for (const fact of facts) if (fact.marked) visit(fact);
  return [...found];
}

async function inspect(pid: number, marks: ProcessMarks): Promise<ProcessFacts | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything, so count from its end: state, parent.
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    return { pid, parent: Number(parent), marked: await isMarked(pid, marks) };
  } catch {
    return undefined;
  }
}

async function isMarked(pid: number, marks: ProcessMarks): Promise<boolean> {
  const read = (file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const link = (name: string) => readlink(`/proc/${pid}/ns/${name}`).catch(() => '');
  const [cgroup, net, mount] = await Promise.all([read('cgroup'), link('net'), link('mnt')]);
  if (marks.namespaces.has(net) || marks.namespaces.has(mount)) return true;
  if (cgroup.split('\n').some((line) => line.split(':')[2]?.startsWith(`${marks.cgroupRoot}/`))) return true;
  const command = (await read('cmdline')).split('\0');
  return (
    /containerd/.test(command[0] ?? '') && command.some((arg) => marks.paths.some((p) => arg.startsWith(p)))
  );
}

/** SIGKILLs all marked processes, again and again until none is left; throws after `limit` ms. */
export async function killProcesses(marks: ProcessMarks, clock: Clock, limit = 20_000): Promise<void> {
  const start = clock.monotonic();
  for (let pids = await findProcesses(marks); pids.length > 0; pids = await findProcesses(marks)) {
    if (clock.monotonic() - start > limit) throw new Error(`processes do not die: ${pids.join(', ')}`);
    for (const pid of pids) kill(pid);
    await clock.sleep(10);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It died by itself in the meantime.
  }
}
