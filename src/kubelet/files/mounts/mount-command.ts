// The commands that mount, unmount and measure on the node, each with a time limit: the server of a network file system may be
// away, and then only the process that asked it waits. Messages as upstream's (k8s.io/mount-utils). Used by node-mounts.ts.
import { ExecError } from '../../../kit/exec.ts';
import type { NodeExec } from '../../options.ts';
import type { FileSystemUsage, MountCall } from '../node-files.ts';

const MOUNT_SECONDS = 60;
const UNMOUNT_SECONDS = 30;
const MEASURE_SECONDS = 5;
/** After the limit the program is asked to end, and this much later it is killed with all that it has started. */
const KILL_SECONDS = 5;
/** Of timeout(1): the limit was reached; or the program had to be killed. */
const TIMED_OUT = [124, 137];

export const limited = (seconds: number, command: readonly string[]): string[] => [
  ...['timeout', '-k', String(KILL_SECONDS), String(seconds)],
  ...command,
];

const isTimeout = (error: unknown): boolean =>
  error instanceof ExecError && TIMED_OUT.includes(error.result.code);

export function mountArguments({ type, source, options = [] }: MountCall, path: string): string[] {
  const how = [...(type ? ['-t', type] : []), ...(options.length > 0 ? ['-o', options.join()] : [])];
  // What a pod names must not be taken for an option, whatever it begins with.
  return [...how, '--', source, path];
}

export async function runMount(run: NodeExec, call: MountCall, path: string): Promise<void> {
  const words = mountArguments(call, path);
  try {
    await run(limited(MOUNT_SECONDS, ['mount', ...words]));
  } catch (error) {
    const hint = isTimeout(error) ? '' : await missingProgram(run, call);
    throw new Error(mountFailure(words, error) + hint, { cause: error });
  }
}

function mountFailure(words: readonly string[], error: unknown): string {
  if (!(error instanceof ExecError)) return `mount failed: ${String(error)}`;
  const { code, stdout, stderr } = error.result;
  const status = isTimeout(error) ? `no answer within ${MOUNT_SECONDS}s` : `exit status ${code}`;
  const output = `${stderr}${stdout}`.trim();
  return `mount failed: ${status}\nMounting command: mount\nMounting arguments: ${words.join(' ')}\nOutput: ${output}\n`;
}

/** File systems that mount(8) leaves to a program of their own, and in which package of Debian that is. */
const PACKAGES: Readonly<Record<string, string>> = { nfs: 'nfs-common', nfs4: 'nfs-common' };

/** mount(8) itself says so in several ways, or blames the kernel. */
async function missingProgram(run: NodeExec, { type = '' }: MountCall): Promise<string> {
  const wanted = PACKAGES[type];
  if (!wanted) return '';
  const program = `/sbin/mount.${type}`;
  return run(['test', '-x', program]).then(
    () => '',
    () => `${program} is missing on the node: install ${wanted}\n`,
  );
}

/** What does not answer is taken out of the tree; the kernel ends what is under way when it can. */
export async function runUnmount(run: NodeExec, path: string): Promise<void> {
  try {
    await run(limited(UNMOUNT_SECONDS, ['umount', '--no-canonicalize', path]));
  } catch (error) {
    if (!isTimeout(error)) throw error;
    await run(limited(UNMOUNT_SECONDS, ['umount', '--no-canonicalize', '--force', '--lazy', path]));
  }
}

/** In units of the first number: blocks, those that are free, those that users may have; inodes, those that are free. */
const FORMAT = '%S %b %f %a %c %d';

export async function runMeasure(run: NodeExec, path: string): Promise<FileSystemUsage | undefined> {
  const command = ['stat', '--file-system', '--format', FORMAT, path];
  const text = await run(limited(MEASURE_SECONDS, command)).catch(() => '');
  const numbers = text.trim().split(' ').map(Number);
  const [unit, blocks, free, available, inodes, inodesFree] = numbers;
  if (numbers.length !== 6 || !numbers.every(Number.isFinite)) return undefined;
  return {
    capacityBytes: blocks! * unit!,
    availableBytes: available! * unit!,
    usedBytes: (blocks! - free!) * unit!,
    inodes: inodes!,
    inodesFree: inodesFree!,
  };
}
