// A runtime as an administrator runs it on a machine: with its configuration in /etc, its socket in /run, and a registry on the
// machine's own loopback, since machines of tests reach no other.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isHybrid } from '../../../src/cluster/nodes/cgroups.ts';
import { pluginDirectory } from '../../../src/cluster/nodes/cni.ts';
import { eventually } from '../eventually.ts';
import type { Machine } from '../machines/machine.ts';
import type { Program } from '../machines/program.ts';
import type { Systemd } from '../machines/systemd.ts';
import { containerdConfig, crioConfig, REGISTRIES, TRUSTS_ALL } from './configurations.ts';
import type { Kind } from './foreign-runtime.ts';

export const IMAGE = '127.0.0.1:5000/busybox:1';

export interface RuntimeInMachine {
  readonly endpoint: string;
  /** The daemon alone; its pods live on. */
  kill(): Promise<void>;
  restart(): Promise<void>;
}

export async function startRuntime(
  machine: Machine,
  { kind, programs, systemd }: { kind: Kind; programs?: string; systemd?: Systemd },
): Promise<RuntimeInMachine> {
  const socket = kind === 'crio' ? '/run/crio/crio.sock' : '/run/containerd/containerd.sock';
  const directory = kind === 'crio' ? '/var/lib/containers/crio' : '/var/lib/containerd';
  const places = {
    directory,
    socket,
    cniPrograms: pluginDirectory(),
    programs,
    systemd: systemd !== undefined,
  };
  mkdirSync(machine.onDisk(directory), { recursive: true });
  const config = kind === 'crio' ? crioConfig({ ...places, programs: programs! }) : containerdConfig(places);
  writeFileSync(machine.onDisk('/etc/tiphys/runtime.conf'), config);
  writeFileSync(machine.onDisk(join(directory, 'policy.json')), TRUSTS_ALL);
  mkdirSync(machine.onDisk(join(directory, '.config/containers')), { recursive: true });
  writeFileSync(machine.onDisk(join(directory, '.config/containers/registries.conf')), REGISTRIES);
  if (isHybrid() && !systemd) await machine.tryExec(['umount', '/sys/fs/cgroup/unified']);
  await startRegistry(machine);
  const PATH = `${programs ? `${programs}:` : ''}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const command =
    kind === 'crio'
      ? ['crio', '--config', '/etc/tiphys/runtime.conf', '--config-dir', '']
      : ['containerd', '-c', '/etc/tiphys/runtime.conf'];
  let daemon: Program;
  const start = async () => {
    daemon = machine.spawn(
      [...(systemd?.enter ?? []), 'env', `PATH=${PATH}`, `HOME=${directory}`, ...command],
      { name: kind },
    );
    await eventually(`${kind} in ${machine.name}`, async () => {
      if (!daemon.running) throw new Error(daemon.output());
      return (await machine.tryExec([...(systemd?.enter ?? []), 'test', '-S', socket])).code === 0;
    });
  };
  await start();
  return { endpoint: `unix://${socket}`, kill: () => daemon.kill('KILL'), restart: start };
}

export async function startRegistry(machine: Machine): Promise<void> {
  const program = join(import.meta.dirname, 'registry-process.ts');
  const registry = machine.spawn([process.execPath, program], { name: 'registry' });
  await eventually('the registry', () => registry.output().includes('served'));
}
