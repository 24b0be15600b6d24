// A containerd or CRI-O as an administrator runs it: not ours, in namespaces of its own, with its own configuration, pod
// network and registry. Everything in it ends with its first process, and that with the test.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isHybrid, removeCgroup } from '../../../src/cluster/nodes/cgroups.ts';
import { conflist, pluginDirectory } from '../../../src/cluster/nodes/cni.ts';
import { tryExec } from '../../../src/kit/exec.ts';
import { eventually } from '../eventually.ts';
import { containerdConfig, crioConfig, REGISTRIES, TRUSTS_ALL } from './configurations.ts';

export type Kind = 'containerd' | 'crio';

export interface ForeignRuntime {
  readonly endpoint: string;
  readonly directory: string;
  /** Where pods' cgroups go: of this runtime alone. */
  readonly cgroupRoot: string;
  /** An image that its registry serves. */
  readonly image: string;
  exec(command: readonly string[]): Promise<string>;
  /** Ends the runtime's daemon, not its pods. */
  kill(): Promise<void>;
  /** Starts the daemon again. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** Directories with other versions of runtimes than the installed one, to run the tests over them, too. */
export const otherRuntimes = (): { kind: Kind; programs: string }[] =>
  (process.env.TIPHYS_TEST_RUNTIMES ?? '')
    .split(':')
    .filter(Boolean)
    .map((programs) => ({ kind: existsSync(join(programs, 'crio')) ? 'crio' : 'containerd', programs }));

export async function startForeignRuntime(
  name: string,
  { kind, programs }: { kind: Kind; programs?: string },
): Promise<ForeignRuntime> {
  const directory = mkdtempSync(join(tmpdir(), `tph-${name}-`));
  const socket = join(directory, 'runtime.sock');
  const cgroupRoot = `/tph-e2e-${name}`;
  for (const part of ['net.d', 'cni', 'root', 'state', 'logs', 'bin', 'etc'])
    mkdirSync(join(directory, part));
  const network = {
    ...{ name, bridge: 'pods0', podCidrs: ['10.200.0.0/24'], mtu: 1500 },
    ipamDirectory: join(directory, 'ipam'),
  };
  writeFileSync(join(directory, 'net.d/10-pods.conflist'), JSON.stringify(conflist(network)));
  const places = { directory, socket, cniPrograms: pluginDirectory(), programs };
  if (kind === 'containerd') writeFileSync(join(directory, 'config.toml'), containerdConfig(places));
  else writeFileSync(join(directory, 'crio.conf'), crioConfig({ ...places, programs: programs! }));
  writeFileSync(join(directory, 'policy.json'), TRUSTS_ALL);
  mkdirSync(join(directory, '.config/containers'), { recursive: true });
  writeFileSync(join(directory, '.config/containers/registries.conf'), REGISTRIES);
  const daemon =
    kind === 'containerd'
      ? `containerd -c ${directory}/config.toml`
      : `env HOME=${directory} crio --config ${directory}/crio.conf --config-dir ""`;
  const machine = start(directory, programs, daemon);
  const pid = await firstProcess(directory, machine);
  const exec = async (command: readonly string[]) => {
    const { code, stdout, stderr } = await tryExec(['nsenter', '-t', pid, '-m', '-n', '-p', ...command]);
    if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`);
    return stdout;
  };
  await eventually('its registry', () => readFileSync(join(directory, 'registry.log'), 'utf8'));
  const answers = () =>
    eventually(`${kind} at ${socket}`, async () => (existsSync(socket) ? true : undefined), 60_000);
  await answers();
  return {
    endpoint: `unix://${socket}`,
    ...{ directory, cgroupRoot, exec },
    image: '127.0.0.1:5000/busybox:1',
    kill: async () => {
      await exec(['sh', '-c', `kill -9 $(cat ${directory}/daemon.pid)`]);
      rmSync(socket, { force: true });
    },
    restart: async () => {
      writeFileSync(join(directory, 'again'), '');
      await answers();
    },
    async stop() {
      machine.kill('SIGKILL');
      await new Promise((resolve) =>
        machine.exitCode === null ? machine.once('exit', resolve) : resolve(0),
      );
      await eventually('no cgroups', async () => ((await removeCgroup(cgroupRoot)) ? true : undefined));
      await tryExec(['sh', '-c', `grep -o ' ${directory}[^ ]*' /proc/mounts | sort -r | xargs -r umount -l`]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** The first process of the namespaces reaps what pods leave, and starts the daemon again when it is told to. */
function start(directory: string, programs: string | undefined, daemon: string): ChildProcess {
  const script = `set -e
ip link set lo up
mount -t tmpfs tmpfs /run
mkdir -p /run/containerd /run/crio /run/lock /var/lib/cni /etc/cni/net.d
mount --bind ${directory}/net.d /etc/cni/net.d
mount --bind ${directory}/cni /var/lib/cni
${isHybrid() ? 'umount /sys/fs/cgroup/unified' : ''}
export PATH=${programs ? `${programs}:` : ''}/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
${process.execPath} ${join(import.meta.dirname, 'registry-process.ts')} >${directory}/registry.log 2>&1 &
echo up >${directory}/up
set +e
while :; do
  ${daemon} >>${directory}/daemon.log 2>&1 & echo $! >${directory}/daemon.pid
  wait $!
  until [ -e ${directory}/again ]; do sleep 0.05; done
  rm ${directory}/again
done`;
  const unshare = [
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'slave',
  ];
  return spawn('unshare', [...unshare, 'sh', '-c', script], { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** As this process numbers it. */
async function firstProcess(directory: string, machine: ChildProcess): Promise<string> {
  return eventually('the namespaces', async () => {
    if (machine.exitCode !== null) throw new Error('the namespaces cannot be made');
    if (!existsSync(join(directory, 'up'))) return undefined;
    const { stdout } = await tryExec(['pgrep', '-P', String(machine.pid)]);
    return stdout.trim() || undefined;
  });
}
