// kubectl set selector.

import { printerFor } from '../../changes/printing.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { changeOf } from '../../changes/strategic.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunFlag, dryRunOf, fieldManagerFlag, filenameFlags } from '../../command/common-flags.ts';
import { boolFlag, stringFlag } from '../../command/flag.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Info } from '../../resources/info.ts';
import type { KubeObject } from '../../resources/object.ts';
import { selectorOfText } from '../../text/selector.ts';

type Selector = ReturnType<typeof selectorOfText>;

export default defineCommand({
  use: 'selector (-f FILENAME | TYPE NAME) EXPRESSIONS [--resource-version=version]',
  long: `Set the selector on a resource. Note that the new selector will overwrite the old selector if the resource had one prior to the invocation of 'set selector'.

A selector must begin with a letter or number, and may contain letters, numbers, hyphens, dots, and underscores, up to 63 characters. If --resource-version is specified, then updates will use this resource version, otherwise the existing resource-version will be used. Note: currently selectors can only be set on Service objects.`,
  examples: `# Set the labels and selector before creating a deployment/service pair
kubectl create service clusterip my-svc --clusterip="None" -o yaml --dry-run=client | kubectl set selector --local -f - 'environment=qa' -o yaml | kubectl create -f -`,
  flags: {
    ...filenameFlags('identifying the resource.'),
    local: boolFlag(false, 'If true, annotation will NOT contact api-server but run locally.'),
    all: boolFlag(false, 'Select all resources in the namespace of the specified resource types'),
    ...printFlags,
    ...recordFlag,
    'field-manager': fieldManagerFlag('kubectl-set'),
    'resource-version': stringFlag(
      '',
      'If non-empty, the selectors update will only succeed if this is the current resource-version for the object. Only valid when specifying a single resource.',
    ),
    'dry-run': dryRunFlag(),
  },
  async run(context) {
    const { flags, io, args } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    const expressions = args.at(-1);
    const selector = expressions === undefined ? undefined : selectorOfText(expressions);
    const print = await printerFor(context, 'selector updated', dryRun);
    if (!selector) throw new Error('one selector is required');
    const version = flags['resource-version'];
    const query = flags.local ? { local: true } : { args: args.slice(0, -1), all: flags.all, latest: true };
    const found = await targetsOf(context, { ...filesOf(flags), ...query, continueOnError: false });
    const change = async (info: Info): Promise<void> => {
      const done = await changeOf(info, (object) =>
        recorded(context, withVersion(withSelector(object, selector), version)),
      );
      if (!done) return;
      if ('error' in done) throw done.error;
      if (flags.local || dryRun === 'client') return print(done.after);
      const patch = version === '' ? done.patch : withVersion(done.patch, version);
      const choices = { serverDryRun: dryRun === 'server', fieldManager: flags['field-manager'] };
      print(await info.patch('strategic', patch, choices));
    };
    await found.visit(change);
  },
});

const withVersion = (object: KubeObject, resourceVersion: string): KubeObject =>
  resourceVersion === '' ? object : { ...object, metadata: { ...object.metadata, resourceVersion } };

function withSelector(object: KubeObject, { matchLabels = {}, matchExpressions = [] }: Selector): KubeObject {
  if (object.kind !== 'Service' || object.apiVersion !== 'v1')
    throw new Error('setting a selector is only supported for Services');
  if (matchExpressions.length > 0) {
    const shown = matchExpressions
      .map(({ key, operator, values = [] }) => `{${key} ${operator} [${values.join(' ')}]}`)
      .join(' ');
    throw new Error(`match expression [${shown}] not supported on this object`);
  }
  return { ...object, spec: { ...(object.spec as object | undefined), selector: matchLabels } };
}
