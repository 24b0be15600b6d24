// A copy of a volume's image while pods write to it: as if the machine had lost power at one moment. Its file system writes out
// what it has and lets nobody write until the copy is complete. Where the disk cannot share parts of files, nearly all is copied before
// that moment, and what was written meanwhile is put right while nobody writes.
import { stat, statfs } from 'node:fs/promises';
import type { Clock } from '../../kit/clock.ts';
import { GrpcError } from '../../kit/grpc/status.ts';
import { writtenParts } from './extents.ts';
import { copyCommand } from './images.ts';
import { patch } from './patch.ts';
import { LONG_SECONDS, limited, long, quick, type Run } from './run.ts';

/**
 * The program thaws when its input ends, so also when this process does. What it cannot, since it was killed itself, the driver thaws
 * at its start (recover.ts). sync leaves little to be written once nobody may write.
 */
const FROZEN = 'sync -f "$0"; fsfreeze -f "$0" || exit; echo; read -r _; fsfreeze -u "$0"';
/** Nothing may write for longer. */
const FROZEN_MS = 60_000;

export interface FrozenCopy {
  /** Where the volume is mounted. */
  readonly point: string;
  readonly image: string;
  readonly draft: string;
  readonly shared: boolean;
}

export async function frozenCopy(
  run: Run,
  clock: Pick<Clock, 'after'>,
  { point, image, draft, shared }: FrozenCopy,
): Promise<void> {
  if (shared) return whileFrozen(run, point, () => copy(run, image, draft, true));
  await copy(run, image, draft, false);
  await long(run)(['sync', draft]);
  await repair(run, image, draft);
  const limit = new AbortController();
  await whileFrozen(run, point, async () => {
    const late = new GrpcError(
      'deadlineExceeded',
      'too much is written to the volume to copy it at one moment',
    );
    const timer = clock.after(FROZEN_MS, () => limit.abort(late));
    await repair(run, image, draft, limit.signal).finally(() => timer.cancel());
  });
}

async function copy(run: Run, image: string, draft: string, shared: boolean): Promise<void> {
  await long(run)([...copyCommand(shared, 'auto'), image, draft]);
}

async function repair(run: Run, image: string, draft: string, signal?: AbortSignal): Promise<void> {
  await patch(image, draft, await writtenParts(run, image, (await stat(image)).size), signal);
}

async function whileFrozen(run: Run, point: string, work: () => Promise<void>): Promise<void> {
  const answer = async () => {
    await work();
    return '\n';
  };
  await run(['sh', '-c', FROZEN, point], { answer });
}

/** Gives back what has been deleted in the volume, so that it is not copied. The caller reserves it again. */
export async function trim(run: Run, point: string): Promise<void> {
  await run(limited(['fstrim', point], LONG_SECONDS));
}

/** Harmless for a file system that is not frozen: then the command fails. */
export const thaw = (run: Run, point: string): Promise<unknown> =>
  quick(run)(['fsfreeze', '-u', point]).catch(() => {});

/** As statfs has them: ext2 to ext4. */
const NEVER_SHARE = 0xef53;

/** Whether the disk can let two files share their contents until one is written. */
export async function canShare(run: Run, directory: string): Promise<boolean> {
  if ((await statfs(directory)).type === NEVER_SHARE) return false;
  const [one, two] = [`${directory}/.shared`, `${directory}/.shared.new`];
  const command = quick(run);
  try {
    await command(['dd', 'if=/dev/zero', `of=${one}`, 'bs=4096', 'count=1', 'status=none']);
    return await command([...copyCommand(true, 'auto'), one, two]).then(
      () => true,
      () => false,
    );
  } finally {
    await command(['rm', '-f', one, two]);
  }
}
