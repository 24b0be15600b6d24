// Mounts a block device of the node. One without a file system gets one first; one that has one is checked. The device is never
// formatted when there is anything on it. Messages as upstream's: FormatAndMount in k8s.io/mount-utils. Used by node-mounts.ts.
import { ExecError, type ExecResult } from '../../../kit/exec.ts';
import { own } from '../../../kit/own.ts';
import type { NodeExec } from '../../options.ts';
import type { MountCall } from '../node-files.ts';
import { limited, runMount } from './mount-command.ts';

/** A disk may be large, and its file system damaged. */
const FORMAT_SECONDS = 600;
const PROBE_SECONDS = 30;

/** blkid found nothing. */
const NOTHING_FOUND = 2;
/** fsck(8): errors were corrected; errors were left. */
const CORRECTED = 1;
const LEFT = 4;

const PARTITIONS = 'unknown data, probably partitions';

/** What mkfs gets besides the device: it is known to be empty, so that nothing needs to be confirmed. */
const FORMAT_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  ext3: ['-F', '-m0'],
  ext4: ['-F', '-m0'],
  xfs: ['-f'],
  btrfs: ['-f'],
};

export interface DeviceCall extends MountCall {
  readonly type: string;
}

export async function formatAndMount(run: NodeExec, call: DeviceCall, path: string): Promise<void> {
  const { source: device, type, options = [] } = call;
  const found = await formatOf(run, device);
  const isReadOnly = options.includes('ro');
  if (!found && isReadOnly)
    throw new Error(`cannot mount unformatted disk ${device} as we are manipulating it in read-only mode`);
  if (!found) await format(run, device, type);
  else if (!isReadOnly && found !== PARTITIONS) await check(run, device);
  await runMount(run, call, path).catch((error: Error) => {
    if (!found || found === type) throw error;
    const text = `failed to mount the volume as "${type}", it already contains ${found}. Mount error: ${error.message}`;
    throw new Error(text, { cause: error });
  });
}

/** Grows the file system on a mounted device to the device's size. Upstream: resizefs_linux.go in k8s.io/mount-utils. */
export async function growOnDevice(run: NodeExec, device: string, path: string): Promise<void> {
  const type = await formatOf(run, device);
  const command = own(GROWTH, type)?.(device, path);
  if (!command)
    throw new Error(`resize of format ${type} is not supported for device ${device} mounted at ${path}`);
  const { code, stdout, stderr } = await tried(run, FORMAT_SECONDS, command);
  if (code === 0) return;
  const output = `${stdout}${stderr}`.trim();
  throw new Error(`resize of device ${device} failed: exit status ${code}. ${command[0]} output: ${output}`);
}

const GROWTH: Readonly<Record<string, (device: string, path: string) => [string, ...string[]]>> = {
  ext3: (device) => ['resize2fs', device],
  ext4: (device) => ['resize2fs', device],
  xfs: (_device, path) => ['xfs_growfs', '-d', path],
  btrfs: (_device, path) => ['btrfs', 'filesystem', 'resize', 'max', path],
};

/** Its file system; '' when there is nothing on the device at all. */
async function formatOf(run: NodeExec, device: string): Promise<string> {
  const probe = ['blkid', '-p', '-s', 'TYPE', '-s', 'PTTYPE', '-o', 'export', device];
  const { code, stdout, stderr } = await tried(run, PROBE_SECONDS, probe);
  if (code === NOTHING_FOUND) return '';
  if (code !== 0) throw new Error(`blkid of ${device} failed: ${stderr.trim()}`);
  const values = new Map(stdout.split('\n').map((line) => [line.split('=')[0], line.split('=')[1]]));
  if (values.get('PTTYPE')) return PARTITIONS;
  return values.get('TYPE') ?? '';
}

async function format(run: NodeExec, device: string, type: string): Promise<void> {
  const options = [...(FORMAT_OPTIONS[type] ?? []), device];
  const { code, stdout, stderr } = await tried(run, FORMAT_SECONDS, [`mkfs.${type}`, ...options]);
  if (code === 0) return;
  const output = `${stderr}${stdout}`.trim();
  throw new Error(
    `format of disk "${device}" failed: type:("${type}") options:("${options.join(' ')}") errcode:(exit status ${code}) output:(${output}) `,
  );
}

/** What cannot be checked is mounted all the same: the program may be missing, or the device mounted already. */
async function check(run: NodeExec, device: string): Promise<void> {
  const { code, stdout, stderr } = await tried(run, FORMAT_SECONDS, ['fsck', '-a', device]);
  if (code !== CORRECTED && (code & LEFT) !== 0)
    throw new Error(
      `'fsck' found errors on device ${device} but could not correct them: ${stdout}${stderr}.`,
    );
}

const tried = (run: NodeExec, seconds: number, command: readonly string[]): Promise<ExecResult> =>
  run(limited(seconds, command)).then(
    (stdout) => ({ code: 0, stdout, stderr: '' }),
    (error) => {
      if (error instanceof ExecError) return error.result;
      throw error;
    },
  );
