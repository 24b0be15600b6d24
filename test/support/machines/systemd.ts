// systemd in a machine of the tests, as its first process sees it: with the machine's disk, network and cgroups, and no units but
// those that the test installs. A process namespace of its own ends with it.
import { mkdirSync } from 'node:fs';
import { eventually } from '../eventually.ts';
import type { Machine } from './machine.ts';

/** Whether this machine has the program at all. */
export const SYSTEMD = '/lib/systemd/systemd';

export interface Systemd {
  /** Put before a command, it runs where systemd is the first process. */
  readonly prefix: readonly string[];
  /** The same inside the machine. */
  readonly enter: readonly string[];
  exec(command: readonly string[]): Promise<string>;
}

/** Units that are enabled start with it; /etc/systemd/system is on the machine's disk. */
export async function startSystemd(machine: Machine): Promise<Systemd> {
  mkdirSync(machine.onDisk('/etc/systemd/system'), { recursive: true });
  mkdirSync(machine.onDisk('/empty'), { recursive: true });
  const disk = machine.onDisk('');
  const script = `set -e
mount --make-rshared /
mount -t proc proc /proc
mount --bind ${disk}/etc/systemd/system /etc/systemd/system
for directory in multi-user.target.wants sysinit.target.wants local-fs.target.wants timers.target.wants; do
  [ ! -d /lib/systemd/system/$directory ] || mount --bind ${disk}/empty /lib/systemd/system/$directory
done
[ -d /sys/fs/cgroup/unified ] || [ -e /sys/fs/cgroup/cgroup.controllers ] || { mkdir /sys/fs/cgroup/unified && mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified; }
exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin ${SYSTEMD} --system --unit=multi-user.target --log-target=console --show-status=no`;
  const unshare = ['unshare', '--pid', '--mount', '--fork', '--kill-child', '--propagation', 'slave'];
  const program = machine.spawn([...unshare, 'bash', '--norc', '-c', script], { name: 'systemd' });
  const pid = await eventually('systemd', async () => {
    if (!program.running) throw new Error(program.output());
    return (await machine.exec(['pgrep', '-o', '-f', `^${SYSTEMD} --system`])).trim();
  });
  const inside = ['nsenter', '-t', pid, '-m', '-p'];
  const exec = (command: readonly string[]) => machine.exec([...inside, ...command]);
  await eventually('systemd’s manager', () => exec(['systemctl', 'list-units', '--no-pager']));
  return { prefix: [...machine.prefix, ...inside], enter: inside, exec };
}
