// Applies all objects of the files, one after the other, prints what was done, and prunes. Loaded when apply runs.
import { applyOnClient } from '../../apply/client-side.ts';
import { Patcher } from '../../apply/patcher.ts';
import { type Prunable, prunable, pruneOne } from '../../apply/prune.ts';
import { applyOnServer } from '../../apply/server-side.ts';
import { printAs } from '../../changes/printing.ts';
import { recorded } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { combined } from '../../errors/errors.ts';
import { plainText } from '../../errors/text.ts';
import type { Info } from '../../resources/info.ts';
import type { KubeObject } from '../../resources/object.ts';
import { type ApplyChoices, choicesOf } from './choices.ts';
import type { ApplyContext } from './flags.ts';

export async function applyAll(context: ApplyContext): Promise<void> {
  const choices = await choicesOf(context);
  const { infos, errors } = await objectsOf(context, choices.fieldValidation !== 'Ignore');
  choices.applySet?.label(infos);
  if (infos.length === 0 && errors.length === 0) throw new Error('no objects passed to apply');
  await choices.applySet?.beforeApply(infos, choices);
  for (const info of infos)
    try {
      await applyOne(info, context, choices);
    } catch (error) {
      errors.push(error);
    }
  if (errors.length > 0) throw combined(errors);
  await printAll(infos, context, choices);
  if (context.flags.prune) await prune(infos, context, choices);
}

/** Objects that can be read are applied, whatever is wrong with others. */
async function objectsOf(
  context: ApplyContext,
  validate: boolean,
): Promise<{ infos: Info[]; errors: unknown[] }> {
  const { flags } = context;
  const found = await targetsOf(context, { ...filesOf(flags), labelSelector: flags.selector, validate });
  const infos: Info[] = [];
  const errors: unknown[] = [];
  try {
    await found.visit((info) => {
      infos.push(info);
    });
  } catch (error) {
    errors.push(error);
  }
  return { infos, errors };
}

/** Formats other than names are printed at the end, as one List. */
const printsAtEnd = ({ flags }: ApplyContext): boolean => flags.output !== '' && flags.output !== 'name';

async function applyOne(info: Info, context: ApplyContext, choices: ApplyChoices): Promise<void> {
  const { flags, io, session } = context;
  const { dryRun, fieldManager, fieldValidation, propagation } = choices;
  info.object = recorded(context, info.object);
  if (info.name === '' && info.object.metadata?.generateName)
    throw new Error(`from ${info.object.metadata.generateName}: cannot use generate name with apply`);
  const write = { serverDryRun: dryRun === 'server', fieldManager, fieldValidation };
  let operation = 'serverside-applied';
  if (flags['server-side'])
    await applyOnServer(info, io, {
      ...{ write, forceConflicts: flags['force-conflicts'], subresource: flags.subresource },
    });
  else {
    const patcher = new Patcher(session, io, {
      ...{ overwrite: flags.overwrite, write, local: dryRun === 'client' },
      ...(flags.force && {
        force: { propagation, gracePeriod: flags['grace-period'], timeoutMs: flags.timeout },
      }),
    });
    operation = await applyOnClient(info, io, { patcher, write, dryRun });
  }
  if (!printsAtEnd(context)) await printAs(context, operation, info.object, dryRun);
}

async function printAll(
  infos: readonly Info[],
  context: ApplyContext,
  { dryRun }: ApplyChoices,
): Promise<void> {
  if (!printsAtEnd(context)) return;
  const [only] = infos;
  if (!only) return;
  const list: KubeObject = {
    ...{ kind: 'List', apiVersion: 'v1', metadata: {} },
    items: infos.map(({ object }) => object),
  };
  await printAs(context, '', infos.length === 1 ? only.object : list, dryRun);
}

async function prune(infos: readonly Info[], context: ApplyContext, choices: ApplyChoices): Promise<void> {
  const { flags, io, session } = context;
  const { applySet } = choices;
  const how = { ...choices, gracePeriod: flags['grace-period'] };
  const uids = new Set(infos.map(({ object }) => object.metadata?.uid ?? ''));
  const pruned = async (one: Prunable) => {
    await pruneOne(session, one, how);
    await printAs(context, 'pruned', one.object, choices.dryRun);
  };
  if (applySet) {
    for (const one of await applySet.prunable(uids))
      await pruned(one).catch((error: unknown) => {
        throw new Error(`pruning ${memberText(one)}: ${plainText(error)}`);
      });
    return applySet.afterPrune(choices);
  }
  const namespaces = new Set(infos.filter(({ namespaced }) => namespaced).map(({ namespace }) => namespace));
  const { namespace, explicit } = await session.namespace();
  if (explicit) namespaces.add(namespace);
  const warn = (text: string) => io.err(text);
  for await (const one of prunable(session, choices.allowlist, { uids, namespaces }, flags.selector, warn))
    await pruned(one);
}

function memberText({ mapping: { kind, group }, namespace, object }: Prunable): string {
  const name = object.metadata?.name ?? '';
  return `${kind}${group && `.${group}`} ${namespace ? `${namespace}/` : ''}${name}`;
}
