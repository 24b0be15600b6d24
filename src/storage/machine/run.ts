// Commands on the node, in its mount namespace, each with a time limit; and what a failed one says in CSI's codes.
import { ExecError } from '../../kit/exec.ts';
import { GrpcError } from '../../kit/grpc/status.ts';

/** Runs a command and gives its output; throws ExecError when it fails. `answer` is that of kit/exec. */
export type Run = (
  command: readonly string[],
  options?: { answer?: (pid: number) => Promise<string> },
) => Promise<string>;

const QUICK_SECONDS = 60;
/** Copies, checks and whatever else takes longer with more data. */
export const LONG_SECONDS = 1800;
const KILL_SECONDS = 5;

/** Messages are compared, so they are in English. */
export const limited = (command: readonly string[], seconds = QUICK_SECONDS): readonly string[] => [
  ...['env', 'LC_ALL=C', 'timeout', '-k', String(KILL_SECONDS), String(seconds)],
  ...command,
];

/** What `onFile` has opened. */
export const OPENED = '/proc/self/fd/3';
const OPEN = 'exec 3<>"$1" && ';

/**
 * Commands one after the other until one fails, as one program. OPENED among their words is the file as it was there at the beginning: what
 * goes on after this process was killed does nothing to another file of that name. No word is part of the shell's text.
 */
export function onFile(file: string, commands: readonly (readonly string[])[]): readonly string[] {
  let position = 1;
  const text = commands.map((words) => words.map(() => `"\${${++position}}"`).join(' ')).join(' && ');
  return ['sh', '-c', OPEN + text, 'sh', file, ...commands.flat()];
}

export const quick =
  (run: Run): ((command: readonly string[]) => Promise<string>) =>
  (command) =>
    run(limited(command));

export const long =
  (run: Run): ((command: readonly string[]) => Promise<string>) =>
  (command) =>
    run(limited(command, LONG_SECONDS));

/** For checks of file systems: with exit code 1 everything was repaired. */
export async function runCheck(run: Run, command: readonly string[]): Promise<void> {
  try {
    await long(run)(command);
  } catch (error) {
    if (error instanceof ExecError && error.result.code === 1) return;
    throw error;
  }
}

const PACKAGES: readonly [program: RegExp, name: string][] = [
  [/xfs/, 'xfsprogs'],
  [/ext4|e2fsck|resize2fs|debugfs/, 'e2fsprogs'],
  [/losetup/, 'mount'],
];

/** Anything that a command may throw, as the answer to a call. */
export function asGrpcError(error: unknown): unknown {
  if (!(error instanceof ExecError)) return error;
  const { code, stderr } = error.result;
  const answer = (kind: ConstructorParameters<typeof GrpcError>[0], message = error.message) =>
    new GrpcError(kind, message, { cause: error });
  if (code === 127) return answer('failedPrecondition', missing(stderr.trim()));
  if (code === 124 || code === 137) return answer('deadlineExceeded', 'the node took too long');
  if (stderr.includes('No space left on device')) return answer('resourceExhausted');
  if (stderr.includes('File too large')) return answer('outOfRange');
  return answer('internal');
}

function missing(stderr: string): string {
  const found = PACKAGES.find(([program]) => program.test(stderr));
  return `a program is missing on the node${found ? `: install ${found[1]}` : ''} (${stderr})`;
}
