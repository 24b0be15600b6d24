// Readings of cpu and memory that the kubelet makes itself, from the kernel's files: of a cgroup, or of the whole machine.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Reading {
  readonly cpuNanoSeconds: number;
  readonly usageBytes: number;
  readonly workingSetBytes: number;
}

const MOUNT = '/sys/fs/cgroup';

const text = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** The words behind a name at the start of a line, with a colon or without. */
function row(table: string, name: string): string[] {
  const isRow = (line: string) => [' ', ':', '\t'].includes(line[name.length] ?? '') && line.startsWith(name);
  const line = table.split('\n').find(isRow) ?? '';
  return line
    .slice(name.length + 1)
    .split(/\s+/)
    .filter(Boolean);
}

const field = (table: string, name: string): number => Number.parseInt(row(table, name)[0] ?? '0', 10) || 0;

/** undefined when there is no such cgroup. */
export async function readCgroup(path: string): Promise<Reading | undefined> {
  const cpuacct = await text(join(MOUNT, 'cpuacct', path, 'cpuacct.usage'));
  if (cpuacct) {
    const dir = join(MOUNT, 'memory', path);
    const [usage, stat] = await Promise.all([
      text(join(dir, 'memory.usage_in_bytes')),
      text(join(dir, 'memory.stat')),
    ]);
    return reading(Number(cpuacct), Number(usage), field(stat, 'total_inactive_file'));
  }
  const dir = join(MOUNT, path);
  const cpu = await text(join(dir, 'cpu.stat'));
  if (!cpu) return undefined;
  const [usage, stat] = await Promise.all([
    text(join(dir, 'memory.current')),
    text(join(dir, 'memory.stat')),
  ]);
  return reading(field(cpu, 'usage_usec') * 1000, Number(usage), field(stat, 'inactive_file'));
}

/** Inactive file cache can be reclaimed at once, so it is not part of the working set. */
const reading = (cpuNanoSeconds: number, usageBytes: number, inactive: number): Reading => ({
  cpuNanoSeconds,
  usageBytes,
  workingSetBytes: Math.max(0, usageBytes - inactive),
});

const CLOCK_TICK_NS = 10_000_000;

export async function readMachineUsage(): Promise<Reading> {
  const [stat, meminfo] = await Promise.all([text('/proc/stat'), text('/proc/meminfo')]);
  const ticks = row(stat, 'cpu').map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = ticks;
  const total = field(meminfo, 'MemTotal') * 1024;
  const used = total - field(meminfo, 'MemFree') * 1024;
  return {
    cpuNanoSeconds: (user + nice + system + irq + softirq) * CLOCK_TICK_NS,
    usageBytes: used,
    workingSetBytes: total - field(meminfo, 'MemAvailable') * 1024,
  };
}

export async function availableMemory(): Promise<number> {
  return field(await text('/proc/meminfo'), 'MemAvailable') * 1024;
}
