// kubectl label.

import { mergePatchOf } from '../../../api/patch/diff/merge-diff.ts';
import { completesObjects } from '../../changes/complete.ts';
import { checkPairVerb, pairTargets } from '../../changes/pair-verbs.ts';
import { printAs } from '../../changes/printing.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { targetsOf } from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  allNamespacesFlag,
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fieldSelectorFlag,
  filenameFlags,
  labelSelectorFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues, stringFlag } from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import { type Pairs, resourcesAndPairs } from '../../text/pairs.ts';
import { goQuote } from '../../text/quote.ts';
import { parseLabels, relabeled } from './labels.ts';
import { listed } from './listed.ts';

const flags = {
  ...recordFlag,
  ...printFlags,
  overwrite: boolFlag(
    false,
    'If true, allow labels to be overwritten, otherwise reject label updates that overwrite existing labels.',
  ),
  list: boolFlag(false, 'If true, display the labels for a given resource.'),
  local: boolFlag(false, 'If true, label will NOT contact api-server but run locally.'),
  'field-selector': fieldSelectorFlag(),
  all: boolFlag(false, 'Select all resources, in the namespace of the specified resource types'),
  'all-namespaces': allNamespacesFlag('If true, check the specified action in all namespaces.'),
  'resource-version': stringFlag(
    '',
    'If non-empty, the labels update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.',
  ),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to update the labels'),
  'dry-run': dryRunFlag(),
  'field-manager': fieldManagerFlag('kubectl-label'),
  selector: labelSelectorFlag(),
};

type LabelContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'label [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  long: `Update the labels on a resource.

A label key and value must begin with a letter or number, and may contain letters, numbers, hyphens, dots, and underscores, up to 63 characters each. Optionally, the key can begin with a DNS subdomain prefix and a single '/', like example.com/my-app.

If --overwrite is true, then existing labels can be overwritten, otherwise attempting to overwrite a label will result in an error. If --resource-version is specified, then updates will use this resource version, otherwise the existing resource-version will be used.`,
  examples: `# Update pod 'foo' with the label 'unhealthy' and the value 'true'
kubectl label pods foo unhealthy=true

# Update pod 'foo' with the label 'status' and the value 'unhealthy', overwriting any existing value
kubectl label --overwrite pods foo status=unhealthy

# Update all pods in the namespace
kubectl label pods --all status=unhealthy

# Update a pod identified by the type and name in "pod.json"
kubectl label -f pod.json status=unhealthy

# Update pod 'foo' only if the resource is unchanged from version 1
kubectl label pods foo status=unhealthy --resource-version=1

# Update pod 'foo' by removing a label named 'bar' if it exists
kubectl label pods foo bar-`,
  flags,
  complete: completesObjects(),
  async run(context) {
    const { flags: given, io } = context;
    const dryRun = dryRunOf(given['dry-run'], io);
    const { resources, pairs } = resourcesAndPairs(context.args, 'label');
    const changes = parseLabels(pairs);
    checkPairVerb(given, resources, changes, dryRun, { noun: 'label', file: 'pod' });
    const found = await targetsOf(context, pairTargets(given, resources));
    if (!found.single && given['resource-version'] !== '')
      throw new Error('--resource-version may only be used with a single resource');
    await found.visit((info) => change(context, info, changes, dryRun, found.single));
  },
});

async function change(
  context: LabelContext,
  info: Info,
  changes: Pairs,
  dryRun: DryRun,
  single: boolean,
): Promise<void> {
  const { flags: given, io } = context;
  const before = info.object.metadata?.labels ?? {};
  const clientOnly = dryRun === 'client' || given.local || given.list;
  if (!clientOnly)
    for (const key of changes.remove)
      if (!Object.hasOwn(before, key)) io.out(`label ${goQuote(key)} not found.\n`);
  const { labels, operation } = relabeled(before, changes, given.overwrite);
  const version = given['resource-version'];
  const after = {
    ...info.object,
    metadata: { ...info.object.metadata, labels, ...(version && { resourceVersion: version }) },
  };
  if (given.list) return io.out(listed('labels', after, labels, single));
  if (clientOnly) return printAs(context, operation, after, dryRun);
  let object = after;
  if (operation !== 'not labeled') {
    const patch = mergePatchOf(withoutVersion(info.object, version), recorded(context, after));
    await info.patch('merge', patch, {
      serverDryRun: dryRun === 'server',
      fieldManager: given['field-manager'],
    });
    object = recorded(context, after);
  }
  await printAs(context, operation, object, dryRun);
}

/** The version must stand in the patch for the server to compare it. */
function withoutVersion(object: Info['object'], version: string): Info['object'] {
  if (version === '') return object;
  const { resourceVersion: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata };
}
