// kubectl taint.

import { Node } from '../../../api/kinds/core/v1/node.ts';
import { twoWayPatch } from '../../../api/patch/diff/two-way.ts';
import { messageOf } from '../../../kit/message-of.ts';
import { completesObjects } from '../../changes/complete.ts';
import { typed } from '../../changes/kinds.ts';
import { printAs } from '../../changes/printing.ts';
import { resourceNamed } from '../../changes/resource-named.ts';
import { targetsOf } from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fieldValidationOf,
  labelSelectorFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues } from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import { checkConflicts, parseTaints, splitWords, type Taint, type TaintChanges, tainted } from './taints.ts';

const flags = {
  ...printFlags,
  'dry-run': dryRunFlag(),
  validate: validateFlag(),
  selector: labelSelectorFlag(),
  overwrite: boolFlag(
    false,
    'If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints.',
  ),
  all: boolFlag(false, 'Select all nodes in the cluster'),
  'field-manager': fieldManagerFlag('kubectl-taint'),
};

type TaintContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N=VAL_N:TAINT_EFFECT_N',
  long: `Update the taints on one or more nodes.

A taint consists of a key, value, and effect. As an argument here, it is expressed as key=value:effect. The key must begin with a letter or number, and may contain letters, numbers, hyphens, dots, and underscores, up to 253 characters. Optionally, the key can begin with a DNS subdomain prefix and a single '/', like example.com/my-app. The value is optional. If given, it must begin with a letter or number, and may contain letters, numbers, hyphens, dots, and underscores, up to 63 characters. The effect must be NoSchedule, PreferNoSchedule or NoExecute. Currently taint can only apply to node.`,
  examples: `# Update node 'foo' with a taint with key 'dedicated' and value 'special-user' and effect 'NoSchedule'
# If a taint with that key and effect already exists, its value is replaced as specified
kubectl taint nodes foo dedicated=special-user:NoSchedule

# Remove from node 'foo' the taint with key 'dedicated' and effect 'NoSchedule' if one exists
kubectl taint nodes foo dedicated:NoSchedule-

# Remove from node 'foo' all the taints with key 'dedicated'
kubectl taint nodes foo dedicated-

# Add a taint with key 'dedicated' on nodes having label myLabel=X
kubectl taint node -l myLabel=X  dedicated=foo:PreferNoSchedule

# Add to node 'foo' a taint with key 'bar' and no value
kubectl taint nodes foo bar:NoSchedule`,
  flags,
  complete: completesObjects(['node']),
  async run(context) {
    const { args, flags: given, io, session, usageError } = context;
    const dryRun = dryRunOf(given['dry-run'], io);
    const fieldValidation = fieldValidationOf(given.validate);
    const { resources, taints } = splitWords(args);
    let changes: TaintChanges;
    try {
      changes = parseTaints(taints);
    } catch (error) {
      throw usageError(messageOf(error));
    }
    const [type = '', ...names] = resources;
    const { kind } = await resourceNamed(session, type.toLowerCase());
    if (kind !== 'Node')
      throw new Error(`invalid resource type ${type.toLowerCase()}, only node types are supported`);
    checkConflicts(changes);
    if (given.all && given.selector !== '')
      throw new Error("setting 'all' parameter with a non empty selector is prohibited");
    if (!given.all && given.selector === '' && names.length === 0)
      throw new Error("at least one resource name must be specified since 'all' parameter is not set");
    const found = await targetsOf(
      context,
      given.all || given.selector !== ''
        ? { args: ['node'], all: given.all, labelSelector: given.selector, latest: true }
        : { named: { type: 'node', names }, latest: true },
    );
    await found.visit((info) => change(context, info, changes, { dryRun, fieldValidation }));
  },
});

interface How {
  readonly dryRun: DryRun;
  readonly fieldValidation: string;
}

async function change(
  context: TaintContext,
  info: Info,
  changes: TaintChanges,
  { dryRun, fieldValidation }: How,
): Promise<void> {
  const { flags: given } = context;
  const { object } = await typed(info.object);
  const spec = (object.spec ?? {}) as { readonly taints?: readonly Taint[] };
  const { taints, operation } = tainted(info.name, spec.taints ?? [], changes, given.overwrite);
  const { taints: _, ...rest } = spec;
  const after = { ...object, spec: { ...rest, ...(taints.length > 0 && { taints }) } };
  if (dryRun === 'client') return printAs(context, operation, after);
  const choices = {
    serverDryRun: dryRun === 'server',
    fieldManager: given['field-manager'],
    fieldValidation,
  };
  const answer = await info.patch('strategic', twoWayPatch(Node, object, after), choices);
  // Upstream does not say that it was a dry run.
  await printAs(context, operation, answer);
}
