// What a test could leave behind on a machine, by kind, so that two readings can be compared: processes, mounts,
// links, nftables, cgroups, namespaces' pins, shared runtime directories. Used by tests that make nodes.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tryExec } from '../../src/kit/exec.ts';

export interface Traces {
  processes: string[];
  mounts: string[];
  links: string[];
  nftables: string[];
  cgroups: string[];
  files: string[];
  routes: string[];
}

const SHARED = [
  '/run/tiphys',
  '/run/netns',
  '/run/containerd/s',
  '/var/lib/cni/results',
  '/run/runc',
  '/run/crun',
];

export async function machineTraces(): Promise<Traces> {
  const [processes, mounts, links, tables, cgroups, files, routes] = await Promise.all([
    containerProcesses(),
    readFile('/proc/self/mountinfo', 'utf8'),
    readdir('/sys/class/net'),
    tryExec(['/usr/sbin/nft', 'list', 'tables']),
    directories('/sys/fs/cgroup', 4),
    Promise.all(SHARED.map((d) => filesBelow(d))),
    tryExec(['ip', 'route']),
  ]);
  return {
    processes,
    mounts: mounts
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .sort(),
    links: links.sort(),
    nftables: tables.stdout.trim().split('\n').sort(),
    cgroups,
    files: files.flat(),
    routes: routes.stdout.trim().split('\n').sort(),
  };
}

/** Living processes that runtimes start; the dead may wait a while for their parent. */
async function containerProcesses(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => Number(name) > 0)) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (/containerd|^\/?pause$|runc|crun/.test(command.split('\0')[0]!))
      found.push(`${pid} ${command.replaceAll('\0', ' ')}`);
  }
  return found;
}

async function directories(directory: string, depth: number): Promise<string[]> {
  if (depth === 0) return [];
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const children = entries.filter((e) => e.isDirectory()).map((e) => join(directory, e.name));
  return (await Promise.all(children.map(async (c) => [c, ...(await directories(c, depth - 1))])))
    .flat()
    .sort();
}

async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true }).catch(() => []);
  return entries.map((e) => join(directory, e)).sort();
}

/**
 * What is in `after` and not in `before`, kind by kind; empty when nothing is. A cgroup inside another program's does not
 * count: the machine's session manager makes and removes them at any time.
 */
export function leftovers(before: Traces, after: Traces): Partial<Traces> {
  const kinds = Object.keys(before) as (keyof Traces)[];
  const foreign = before.cgroups.filter((path) => path.split('/').length > 5 && !path.includes('tiphys'));
  const inForeign = (item: string) => foreign.some((path) => item.startsWith(`${path}/`));
  const extra = kinds.map(
    (k) => [k, after[k].filter((item) => !before[k].includes(item) && !inForeign(item))] as const,
  );
  return Object.fromEntries(extra.filter(([, items]) => items.length > 0));
}
