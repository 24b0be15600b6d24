// What the machine is: cores, memory, disk, kernel. Read once; several nodes may share one machine.
import { readFile, statfs } from 'node:fs/promises';
import { arch, availableParallelism, release } from 'node:os';

export interface Machine {
  readonly milliCpu: number;
  readonly memoryBytes: number;
  readonly diskBytes: number;
  readonly architecture: string;
  readonly kernelVersion: string;
  readonly osImage: string;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
}

export async function readMachine(root: string): Promise<Machine> {
  const [meminfo, osRelease, machineID, systemUUID, bootID, disk] = await Promise.all([
    text('/proc/meminfo'),
    text('/etc/os-release'),
    text('/etc/machine-id'),
    text('/sys/class/dmi/id/product_uuid'),
    text('/proc/sys/kernel/random/boot_id'),
    statfs(root).catch(() => undefined),
  ]);
  return {
    milliCpu: availableParallelism() * 1000,
    memoryBytes: Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024,
    diskBytes: disk ? disk.blocks * disk.bsize : 0,
    architecture: ARCH[arch()] ?? arch(),
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?/m.exec(osRelease)?.[1] ?? 'Linux',
    machineID,
    systemUUID: systemUUID || machineID,
    bootID,
  };
}

const ARCH: Record<string, string> = { x64: 'amd64', ia32: '386' };

const text = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();
