// What a cluster could leave behind on the machine, as comparable lists.
import { readdirSync, readFileSync } from 'node:fs';
import { exec } from '../../src/kit/exec.ts';

export interface MachineState {
  readonly processes: string[];
  readonly mounts: string[];
  readonly links: string[];
  readonly namespaces: string[];
  readonly cgroups: string[];
  readonly tables: string[];
  readonly routes: string[];
}

const OURS = /tiphys|containerd|tph\d|\/pause/;

export async function machineState(): Promise<MachineState> {
  const processes = readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map((pid) => commandLine(pid))
    .filter((line) => OURS.test(line) && !line.includes('--test'));
  const lines = async (...command: string[]) => (await exec(command)).split('\n').filter(Boolean).sort();
  return {
    processes: processes.sort(),
    mounts: readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map((l) => l.split(' ').slice(0, 3).join(' '))
      .sort(),
    links: (await lines('ip', '-o', 'link')).map((line) => line.split(': ')[1]!.split('@')[0]!).sort(),
    namespaces: await lines(
      'sh',
      '-c',
      'ls /run/netns 2>/dev/null; find /proc/[0-9]*/ns/net -printf "%l\n" 2>/dev/null | sort -u | wc -l',
    ),
    cgroups: await lines('find', '/sys/fs/cgroup', '-type', 'd', '-not', '-path', '*/init.scope*'),
    tables: await lines('nft', 'list', 'tables'),
    routes: await lines('ip', 'route'),
  };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}
