// Processes that are killed during a soak: containers, containerd, the node agent, the control plane.
import { readdirSync, readFileSync } from 'node:fs';
import type { Random } from '../../src/kit/random.ts';
import type { TestCluster } from '../support/cluster.ts';

export type Victim = 'container' | 'containerd' | 'node-agent' | 'control-plane';

/** Kills one process of that kind, if there is one; gives its number. */
export function killOne(cluster: TestCluster, victim: Victim, random: Random): number | undefined {
  const candidates = victimsOf(cluster, victim);
  const pid = candidates[Math.floor(random.float() * candidates.length)];
  try {
    if (pid) process.kill(pid, 'SIGKILL');
    return pid;
  } catch {
    // It ended by itself meanwhile.
    return undefined;
  }
}

function victimsOf(cluster: TestCluster, victim: Victim): number[] {
  if (victim === 'node-agent') return [cluster.processes().nodeAgent];
  if (victim === 'control-plane') return [cluster.processes().controlPlane];
  const pids = readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0);
  if (victim === 'containerd')
    return pids.filter(
      (pid) => /^\S*containerd -c /.test(commandOf(pid)) && commandOf(pid).includes(cluster.directory),
    );
  return pids.filter(
    (pid) => /^sh -c (trap|sleep)/.test(commandOf(pid)) && cgroupOf(pid).includes(`/tiphys-${cluster.name}/`),
  );
}

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
const commandOf = (pid: number) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
const cgroupOf = (pid: number) => read(`/proc/${pid}/cgroup`);
