// The cgroup tree of a cluster, on version 1 (a tree per controller), version 2, or both mounted side by side. Created
// before containerd starts; removed, with every process left in it, at teardown.
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ROOT = '/sys/fs/cgroup';
const CONTROLLERS_V1 = [
  'cpu',
  'cpuacct',
  'memory',
  'pids',
  'cpuset',
  'blkio',
  'devices',
  'freezer',
  'net_cls',
  'net_prio',
  'perf_event',
  'hugetlb',
  'systemd',
  'unified',
];
const WANTED_V2 = ['cpuset', 'cpu', 'io', 'memory', 'pids', 'hugetlb'];

/** True when the machine has version 2 alone. */
function isUnified(): boolean {
  return existsSync(join(ROOT, 'cgroup.controllers'));
}

/** True when version 2 lies mounted beside version 1: crun 1.8 refuses that. */
export function isHybrid(): boolean {
  return existsSync(join(ROOT, 'unified', 'cgroup.controllers'));
}

/** The trees there are: one per controller, or a single one. */
function trees(): string[] {
  if (isUnified()) return [ROOT];
  return CONTROLLERS_V1.map((c) => join(ROOT, c)).filter((d) => existsSync(join(d, 'cgroup.procs')));
}

/** Makes `path` (such as /tiphys-x/node) in every tree, able to hold limits. */
export async function createCgroup(path: string): Promise<void> {
  for (const tree of trees()) {
    let directory = tree;
    for (const part of path.split('/').filter(Boolean)) {
      if (isUnified()) await enableControllers(directory);
      directory = join(directory, part);
      await mkdir(directory, { recursive: true });
      if (tree.endsWith('/cpuset')) await inheritCpuset(directory);
    }
    if (isUnified()) await enableControllers(directory);
  }
}

async function enableControllers(directory: string): Promise<void> {
  const available = (await readFile(join(directory, 'cgroup.controllers'), 'utf8')).trim().split(' ');
  for (const controller of WANTED_V2.filter((c) => available.includes(c))) {
    // One by one: a controller that cannot be had must not prevent the others.
    await writeFile(join(directory, 'cgroup.subtree_control'), `+${controller}`).catch(() => {});
  }
}

/** A cpuset of version 1 starts empty and takes no process until both files are filled, top down. */
async function inheritCpuset(directory: string): Promise<void> {
  for (const file of ['cpuset.cpus', 'cpuset.mems']) {
    if ((await readFile(join(directory, file), 'utf8')).trim()) continue;
    await writeFile(join(directory, file), await readFile(join(dirname(directory), file), 'utf8'));
  }
}

async function subdirectories(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  return entries.filter((e) => e.isDirectory()).map((e) => join(directory, e.name));
}

/** Removes `path` and all below it from every tree; false while processes are still in it. */
export async function removeCgroup(path: string): Promise<boolean> {
  const done = await Promise.all(trees().map((tree) => removeTree(join(tree, path))));
  return done.every(Boolean);
}

async function removeTree(directory: string): Promise<boolean> {
  for (const child of await subdirectories(directory)) await removeTree(child);
  try {
    await rmdir(directory);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}
