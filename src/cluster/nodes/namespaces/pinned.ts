// Namespaces that stay without a process, as files that they are mounted on. Called by create.ts.
//
// Linux lets a mount namespace be mounted only in one with a smaller number, so that there are no cycles. Since Linux 6.18 numbers grow on
// each processor by itself: in a namespace that was made on one of them (in a container, say), what is made on another may have a smaller
// number, and is refused as an invalid argument. On the processor that made the namespace around it, it never is.
import type { NodeShell } from '../shell.ts';

export type Run = NodeShell['exec'];

const isRefused = (error: unknown): boolean =>
  error instanceof Error && /\/ns\/mnt on \S+ failed: Invalid argument/.test(error.message);

/**
 * Runs `unshare`, which mounts the namespaces that it makes on `pins`; where this is refused, on one processor after the other. `input` is that of
 * the program that it starts.
 */
export async function makePinned(
  run: Run,
  unshare: readonly string[],
  pins: readonly string[],
  { input, processors }: { readonly input: string; readonly processors: number },
): Promise<void> {
  const refused = async (command: readonly string[]): Promise<Error | undefined> => {
    try {
      await run(command, { input });
      return undefined;
    } catch (error) {
      if (isRefused(error)) return error as Error;
      throw error;
    }
  };
  let last = await refused(unshare);
  for (let processor = 0; last && processor < processors; processor++) {
    // Those that were mounted before the one that was refused.
    for (const pin of pins) await run(['umount', '-l', pin]).catch(() => undefined);
    last = await refused(['taskset', '-c', String(processor), ...unshare]);
  }
  if (last) throw last;
}
