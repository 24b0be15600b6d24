// kubectl annotate.

import { mergePatchOf } from '../../../api/patch/diff/merge-diff.ts';
import { completesObjects } from '../../changes/complete.ts';
import { checkPairVerb, pairTargets } from '../../changes/pair-verbs.ts';
import { type Print, printerFor } from '../../changes/printing.ts';
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
import { type Pairs, parsePairs, resourcesAndPairs } from '../../text/pairs.ts';
import { listed } from '../label/listed.ts';
import { annotated, checkPairs } from './annotations.ts';

const flags = {
  ...printFlags,
  ...recordFlag,
  'dry-run': dryRunFlag(),
  ...filenameFlags('Filename, directory, or URL to files identifying the resource to update the annotation'),
  'field-manager': fieldManagerFlag('kubectl-annotate'),
  selector: labelSelectorFlag(),
  overwrite: boolFlag(
    false,
    'If true, allow annotations to be overwritten, otherwise reject annotation updates that overwrite existing annotations.',
  ),
  list: boolFlag(false, 'If true, display the annotations for a given resource.'),
  local: boolFlag(false, 'If true, annotation will NOT contact api-server but run locally.'),
  'field-selector': fieldSelectorFlag(),
  all: boolFlag(false, 'Select all resources, in the namespace of the specified resource types.'),
  'all-namespaces': allNamespacesFlag('If true, check the specified action in all namespaces.'),
  'resource-version': stringFlag(
    '',
    'If non-empty, the annotation update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.',
  ),
};

type AnnotateContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'annotate [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version]',
  long: `Update the annotations on one or more resources.

All Kubernetes objects support the ability to store additional data with the object as annotations. Annotations are key/value pairs that can be larger than labels and include arbitrary string values such as structured JSON. Tools and system extensions may use annotations to store their own data.

Attempting to set an annotation that already exists will fail unless --overwrite is set. If --resource-version is specified and does not match the current resource version on the server the command will fail.

Use "kubectl api-resources" for a complete list of supported resources.`,
  examples: `# Update pod 'foo' with the annotation 'description' and the value 'my frontend'
kubectl annotate pods foo description='my frontend'

# Update a pod identified by type and name in "pod.json"
kubectl annotate -f pod.json description='my frontend'

# Update pod 'foo', overwriting any existing value
kubectl annotate --overwrite pods foo description='my frontend running nginx'

# Update all pods in the namespace
kubectl annotate pods --all description='my frontend running nginx'

# Update pod 'foo' only if the resource is unchanged from version 1
kubectl annotate pods foo description='my frontend running nginx' --resource-version=1

# Update pod 'foo' by removing an annotation named 'description' if it exists
kubectl annotate pods foo description-`,
  flags,
  complete: completesObjects(),
  async run(context) {
    const { flags: given, io } = context;
    const dryRun = dryRunOf(given['dry-run'], io);
    const print = await printerFor(context, 'annotated', dryRun);
    const { resources, pairs } = resourcesAndPairs(context.args, 'annotation');
    const changes = parsePairs(pairs, 'annotation', true);
    checkPairVerb(given, resources, changes, dryRun, { noun: 'annotation', file: 'rsrc' });
    checkPairs(changes);
    const found = await targetsOf(context, pairTargets(given, resources));
    if (!found.single && given['resource-version'] !== '')
      throw new Error('--resource-version may only be used with a single resource');
    await found.visit((info) => change(context, info, { changes, dryRun, print, single: found.single }));
  },
});

interface How {
  readonly changes: Pairs;
  readonly dryRun: DryRun;
  readonly print: Print;
  readonly single: boolean;
}

async function change(
  context: AnnotateContext,
  info: Info,
  { changes, dryRun, print, single }: How,
): Promise<void> {
  const { flags: given, io } = context;
  const version = given['resource-version'];
  const clientOnly = dryRun === 'client' || given.local || given.list;
  // The cause of the change may be annotated itself: what the user says wins.
  const base = clientOnly ? info.object : recorded(context, info.object);
  const annotations = annotated(base.metadata?.annotations ?? {}, changes, given.overwrite);
  const after = {
    ...base,
    metadata: { ...base.metadata, annotations, ...(version && { resourceVersion: version }) },
  };
  if (given.list) return io.out(listed('annotations', after, annotations, single));
  if (clientOnly) return print(after);
  const { resourceVersion, ...metadata } = info.object.metadata ?? {};
  const before = version === '' ? info.object : { ...info.object, metadata };
  const choices = { serverDryRun: dryRun === 'server', fieldManager: given['field-manager'] };
  print(await info.patch('merge', mergePatchOf(before, after), choices));
}
