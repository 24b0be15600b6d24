// What the `rollout` verbs share: how they find their objects, and how `pause`, `resume` and `restart` change them.
import { collect } from '../../changes/collect.ts';
import { type PrintFlagValues, printAs } from '../../changes/printing.ts';
import { changeOf, isEmpty } from '../../changes/strategic.ts';
import { type FilenameFlags, filesOf, hasFiles, targetsOf } from '../../changes/targets.ts';
import type { Context } from '../../command/command.ts';
import { fieldManagerFlag, filenameFlags, labelSelectorFlag } from '../../command/common-flags.ts';
import { groupResourceOf } from '../../discovery/served.ts';
import { combined } from '../../errors/errors.ts';
import { plainText } from '../../errors/text.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Resources } from '../../resources/find-resources.ts';
import type { Info } from '../../resources/info.ts';
import type { KubeObject } from '../../resources/object.ts';
import { goQuote } from '../../text/quote.ts';

export const rolloutFiles = () => ({
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to get from a server.'),
  selector: labelSelectorFlag(),
});

export const changeFlags = () => ({
  ...rolloutFiles(),
  'field-manager': fieldManagerFlag('kubectl-rollout'),
  ...printFlags,
});

type FindContext = Pick<Context, 'args' | 'io' | 'session'> & {
  readonly flags: FilenameFlags & { readonly selector: string };
};

export async function rolloutTargets(context: FindContext): Promise<Resources> {
  const { args, flags } = context;
  if (args.length === 0 && !hasFiles(flags)) throw new Error('required resource not specified');
  return targetsOf(context, {
    ...filesOf(flags),
    args,
    labelSelector: flags.selector,
    typeMeansAll: true,
    latest: true,
  });
}

type ChangeContext = FindContext & {
  readonly flags: PrintFlagValues & { readonly 'field-manager': string };
};

export interface Change {
  readonly mutate: (object: KubeObject) => KubeObject;
  readonly done: string;
  /** What to print, or the error, for an object that would not change. */
  readonly unchanged: (info: Info) => string | Error;
}

export async function changeAll(context: ChangeContext, change: Change): Promise<void> {
  const found = await rolloutTargets(context);
  // Objects that could be read are changed even if others could not.
  const { infos, errors: unread } = await collect(found);
  const errors = [...unread];
  if (infos.length === 0 && errors.length === 0) {
    const { namespace } = await context.session.namespace();
    context.io.err(`No resources found in ${namespace} namespace.\n`);
    return;
  }
  for (const info of infos) {
    const error = await changed(context, info, change);
    if (error !== undefined) errors.push(error);
  }
  if (errors.length > 0) throw combined(errors);
}

async function changed(context: ChangeContext, info: Info, change: Change): Promise<unknown> {
  const result = await changeOf(info, change.mutate);
  if (!result) return undefined;
  if ('error' in result)
    return new Error(
      `error: ${groupResourceOf(info.mapping)} ${goQuote(info.name)} ${plainText(result.error)}`,
    );
  if (isEmpty(result.patch)) {
    const words = change.unchanged(info);
    if (typeof words !== 'string') return words;
    await printAs(context, words, info.object);
    return undefined;
  }
  try {
    info.refresh(
      await info.patch('strategic', result.patch, { fieldManager: context.flags['field-manager'] }),
    );
  } catch (error) {
    return new Error(`failed to patch: ${plainText(error)}`, { cause: error });
  }
  await printAs(context, change.done, info.object);
  return undefined;
}
