// `replace --force`: deletes the objects, waits until they are gone, and creates them anew. Standard input is read once, for both.
import { savedConfiguration } from '../../apply/last-applied.ts';
import { printAs } from '../../changes/printing.ts';
import { recorded } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { deleteResources } from '../../deletion/delete-resources.ts';
import type { Propagation } from '../../deletion/flags.ts';
import { readStdin } from '../../io/io.ts';
import type { Resources } from '../../resources/find-resources.ts';
import { isNotFound, type WriteChoices } from '../../resources/info.ts';
import { timedOut, withDeadline } from '../../waiting/waiting.ts';
import type { ReplaceContext } from './flags.ts';

const GONE_WITHIN_MS = 5 * 60_000;
const POLL_MS = 1_000;

export async function replaceByForce(
  context: ReplaceContext,
  propagation: Propagation,
  write: WriteChoices,
): Promise<void> {
  const { flags, io, session } = context;
  const find = await finder(context);
  // No grace at all is for those who delete: here the object has to be gone before the next one comes.
  const noGrace = flags['grace-period'] === 0;
  await deleteResources(
    await find(true),
    {
      ...{ propagation, gracePeriod: noGrace ? 1 : flags['grace-period'], ignoreNotFound: true },
      ...{ wait: flags.wait || noGrace, timeoutMs: flags.timeout, dryRun: 'none', output: flags.output },
    },
    { session, io },
  );
  await untilGone(await find(true), context);
  let count = 0;
  await (await find(false)).visit(async (info) => {
    info.object = recorded(context, savedConfiguration(info.object, flags['save-config']));
    info.refresh(await info.create(info.object, write));
    count++;
    await printAs(context, 'replaced', info.object);
  });
  if (count === 0) throw new Error('no objects passed to replace');
}

async function finder(context: ReplaceContext): Promise<(toDelete: boolean) => Promise<Resources>> {
  const { args, flags, io } = context;
  const fromStdin = flags.filename.includes('-');
  const text = fromStdin ? await readStdin(io) : '';
  const files = { ...filesOf(flags), filename: flags.filename.filter((name) => name !== '-') };
  return (toDelete) =>
    targetsOf(context, {
      ...files,
      ...(toDelete && { args, withoutObjects: true }),
      ...(fromStdin && { text: { text, source: 'STDIN' } }),
    });
}

async function untilGone(found: Resources, { flags, io }: ReplaceContext): Promise<void> {
  await withDeadline({ io, timeoutMs: flags.timeout || GONE_WITHIN_MS }, (signal) =>
    found.visit(async (info) => {
      for (;;) {
        const isGone = await info.get().then(
          () => false,
          (error: unknown) => {
            if (isNotFound(error)) return true;
            throw error;
          },
        );
        if (isGone) return;
        await io.clock.sleep(POLL_MS, signal).catch(() => {
          throw timedOut();
        });
      }
    }),
  );
}
