// The nodes of `cordon`, `uncordon` and `drain`, and how they are marked.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { twoWayPatch } from '../../../api/patch/diff/two-way.ts';
import { typed } from '../../changes/kinds.ts';
import { printAs } from '../../changes/printing.ts';
import { targetsOf } from '../../changes/targets.ts';
import type { Context } from '../../command/command.ts';
import { type DryRun, dryRunFlag, labelSelectorFlag } from '../../command/common-flags.ts';
import { plainText } from '../../errors/text.ts';
import type { Info } from '../../resources/info.ts';
import { goQuote } from '../../text/quote.ts';

export const nodeFlags = () => ({ 'dry-run': dryRunFlag(), selector: labelSelectorFlag() });

type NodeContext = Pick<Context, 'args' | 'io' | 'session' | 'usageError' | 'changed'> & {
  readonly flags: { readonly selector: string; readonly 'dry-run': string };
};

/** `use` is the command's usage line. */
export async function nodesOf(context: NodeContext, use: string, chunkSize: number): Promise<Info[]> {
  const { args, flags, usageError, changed } = context;
  if (args.length === 0 && !changed('selector')) throw usageError(`USAGE: ${use} [flags]`);
  if (args.length > 0 && flags.selector !== '')
    throw usageError('error: cannot specify both a node name and a --selector option');
  const found = await targetsOf(context, {
    ...(flags.selector === ''
      ? { named: { type: 'nodes', names: args } }
      : { args: ['nodes'], labelSelector: flags.selector }),
    chunkSize,
    singleType: true,
    continueOnError: false,
  });
  const infos: Info[] = [];
  await found.visit((info) => {
    const { group, version, resource } = info.mapping;
    if (resource !== 'nodes' || group !== '')
      throw new Error(
        `error: expected resource of type node, got ${goQuote(`${group}/${version}, Resource=${resource}`)}`,
      );
    infos.push(info);
  });
  return infos;
}

/** These verbs have no -o. */
const PLAIN = {
  output: '',
  template: '',
  'allow-missing-template-keys': true,
  'show-managed-fields': false,
};

export const printNode = (
  { io }: Pick<Context, 'io'>,
  operation: string,
  object: Info['object'],
  dryRun: DryRun,
) => printAs({ io, flags: PLAIN }, operation, object, dryRun);

/** Goes on with the next node after an error, which is printed. */
export async function mark(
  context: Pick<Context, 'io'>,
  nodes: readonly Info[],
  unschedulable: boolean,
  dryRun: DryRun,
): Promise<void> {
  const verb = unschedulable ? 'cordon' : 'uncordon';
  for (const info of nodes) {
    const { object } = await typed(info.object);
    const spec = (object.spec ?? {}) as { unschedulable?: boolean };
    if ((spec.unschedulable ?? false) === unschedulable) {
      await printNode(context, `already ${verb}ed`, info.object, dryRun);
      continue;
    }
    try {
      const { unschedulable: _, ...rest } = spec;
      const after = { ...object, spec: { ...rest, ...(unschedulable && { unschedulable }) } };
      if (dryRun !== 'client') {
        const patch = twoWayPatch(Node, object, after);
        await info.patch('strategic', patch, { serverDryRun: dryRun === 'server' });
      }
      await printNode(context, `${verb}ed`, info.object, dryRun);
    } catch (error) {
      context.io.err(`error: unable to ${verb} node ${goQuote(info.name)}: ${plainText(error)}\n`);
    }
  }
}
