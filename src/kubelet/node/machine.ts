// What the machine is: cores, memory, disk, kernel. Read once at start; several nodes may share one machine.
import { arch, availableParallelism, release } from 'node:os';
import { type NodeFiles, nodePath } from '../files/node-files.ts';

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

export async function readMachine(files: NodeFiles, root: string): Promise<Machine> {
  const text = async (path: string) => String((await files.read(nodePath(path))) ?? '').trim();
  const optional = (path: string) => text(path).catch(() => '');
  const [meminfo, osRelease, machineID, systemUUID, bootID, disk] = await Promise.all([
    text('/proc/meminfo'),
    text('/etc/os-release'),
    text('/etc/machine-id'),
    optional('/sys/class/dmi/id/product_uuid'),
    text('/proc/sys/kernel/random/boot_id'),
    files.fileSystem(nodePath(root)),
  ]);
  return {
    milliCpu: availableParallelism() * 1000,
    memoryBytes: Number(/^MemTotal:\s+(\d+) kB/m.exec(meminfo)?.[1] ?? 0) * 1024,
    diskBytes: disk?.capacityBytes ?? 0,
    architecture: ARCH[arch()] ?? arch(),
    kernelVersion: release(),
    osImage: /^PRETTY_NAME="?([^"\n]*)"?/m.exec(osRelease)?.[1] ?? 'Linux',
    machineID,
    systemUUID: systemUUID || machineID,
    bootID,
  };
}

const ARCH: Record<string, string> = { x64: 'amd64', ia32: '386' };
