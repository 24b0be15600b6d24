// kubectl delete.
import { filesOf } from '../../changes/targets.ts';
import { type Context, defineCommand } from '../../command/command.ts';
import {
  allNamespacesFlag,
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldSelectorFlag,
  labelSelectorFlag,
} from '../../command/common-flags.ts';
import { boolFlag, type FlagValues, stringFlag } from '../../command/flag.ts';
import { deleteResources, kindText, locationOf } from '../../deletion/delete-resources.ts';
import { deletionFlags, propagationOf } from '../../deletion/flags.ts';
import { checkRaw, sendRaw } from '../../raw/raw.ts';
import { findResources, type Resources } from '../../resources/find-resources.ts';
import { isNotFound } from '../../resources/info.ts';

const flags = {
  ...deletionFlags('containing the resource to delete.', true),
  selector: labelSelectorFlag(),
  'field-selector': fieldSelectorFlag(),
  all: boolFlag(false, 'Delete all resources, in the namespace of the specified resource types.'),
  'all-namespaces': allNamespacesFlag(),
  now: boolFlag(false, 'If true, resources are signaled for immediate shutdown (same as --grace-period=1).'),
  'ignore-not-found': boolFlag(
    false,
    'Treat "resource not found" as a successful delete. Defaults to "true" when --all is specified.',
  ),
  output: stringFlag('', 'Output mode. Use "-o name" for shorter output (resource/name).', { short: 'o' }),
  raw: stringFlag(
    '',
    'Raw URI to DELETE to the server.  Uses the transport specified by the kubeconfig file.',
  ),
  interactive: boolFlag(false, 'If true, delete resource only when user confirms.', { short: 'i' }),
  'dry-run': dryRunFlag(),
};

type DeleteContext = Context & { readonly flags: FlagValues<typeof flags> };

export default defineCommand({
  use: 'delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)])',
  long: `Delete resources by file names, stdin, resources and names, or by resources and label selector.

JSON and YAML formats are accepted. Only one type of argument may be specified: file names, resources and names, or resources and label selector.

Some resources, such as pods, support graceful deletion: they are given a time to end before they are terminated, which --grace-period changes, and --now makes one second. When a node does not answer, --force deletes the object without waiting for its processes, which may go on running: only do so when you are sure that they have ended, or that your application can bear two of them.

The delete command does not check resource versions: an update that somebody submits at the same time is lost with the rest of the resource.`,
  examples: `# Delete a pod using the type and name specified in pod.json
kubectl delete -f ./pod.json

# Delete resources from a directory containing kustomization.yaml - e.g. dir/kustomization.yaml
kubectl delete -k dir

# Delete a pod based on the type and name in the JSON passed into stdin
cat pod.json | kubectl delete -f -

# Delete pods and services with same names "baz" and "foo"
kubectl delete pod,service baz foo

# Delete pods and services with label name=myLabel
kubectl delete pods,services -l name=myLabel

# Delete a pod with minimal delay
kubectl delete pod foo --now

# Force delete a pod on a dead node
kubectl delete pod foo --force

# Delete all pods only if the user confirms the deletion
kubectl delete pods --all --interactive`,
  flags,
  async complete({ args, session }, toComplete) {
    const { completeTypesAndNames } = await import('../../command/complete-resources.ts');
    return completeTypesAndNames(session, args, toComplete);
  },
  async run(context) {
    const { flags, io } = context;
    const propagation = propagationOf(flags.cascade, io);
    const selects = flags.all || flags.selector !== '' || flags['field-selector'] !== '';
    const gracePeriod = gracePeriodOf(context);
    const dryRun = dryRunOf(flags['dry-run'], io);
    if (flags.all && (flags.selector || flags['field-selector']))
      throw new Error("setting 'all' parameter but found a non empty selector. ");
    const found = flags.raw === '' ? await find(context) : undefined;
    check(context, gracePeriod);
    if (!found) {
      checkRaw(flags, flags.output);
      await sendRaw(context, 'DELETE', flags.raw, flags.filename[0]);
      return;
    }
    const ignoreNotFound = flags['ignore-not-found'] || (selects && !context.changed('ignore-not-found'));
    const only = flags.interactive ? await confirmed(context, ignoreNotFound) : undefined;
    if (only === 'no') return;
    await deleteResources(
      found,
      {
        ...{ propagation, gracePeriod, ignoreNotFound, dryRun: dryRun satisfies DryRun },
        ...{ wait: flags.wait, timeoutMs: flags.timeout, output: flags.output },
        warnClusterScope: (await context.session.namespace()).explicit && !flags['all-namespaces'],
        ...(only && { only }),
      },
      context,
    );
  },
});

function gracePeriodOf({ flags }: DeleteContext): number {
  if (flags.now && flags['grace-period'] !== -1)
    throw new Error('--now and --grace-period cannot be specified together');
  const period = flags.now ? 1 : flags['grace-period'];
  // Deleting without any grace needs --force, too.
  if (period === 0 && !flags.force) return 1;
  return flags.force && period < 0 ? 0 : period;
}

async function find({ args, flags, io, session }: DeleteContext): Promise<Resources> {
  const { namespace, explicit } = await session.namespace();
  return findResources(session, io, {
    ...{ namespace, enforceNamespace: explicit, allNamespaces: flags['all-namespaces'] },
    ...{ args, ...filesOf(flags), labelSelector: flags.selector, fieldSelector: flags['field-selector'] },
    ...{ all: flags.all, withoutObjects: true, flatten: true, continueOnError: true },
  });
}

function check({ flags, io }: DeleteContext, gracePeriod: number): void {
  if (flags.output !== '' && flags.output !== 'name')
    throw new Error(`unexpected -o output mode: ${flags.output}. We only support '-o name'`);
  if (flags.force && gracePeriod === 0)
    io.err(
      'Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.\n',
    );
  if (flags.force && gracePeriod > 0)
    throw new Error('--force and --grace-period greater than 0 cannot be specified together');
  if (flags.raw && flags.interactive) throw new Error('--interactive can not be used with --raw');
}

/** The objects that the user has agreed to; `no` ends the command. */
async function confirmed(
  context: DeleteContext,
  ignoreNotFound: boolean,
): Promise<ReadonlySet<string> | 'no'> {
  const { io } = context;
  const infos = await (await find(context)).infos(ignoreNotFound ? isNotFound : undefined);
  if (infos.length === 0) {
    io.out('No resources found\n');
    return 'no';
  }
  io.out(`You are about to delete the following ${infos.length} resource(s):\n`);
  for (const info of infos) io.out(`${kindText(info)}/${info.name}\n`);
  io.out('Do you want to continue? (y/N): ');
  const answer = await firstLine(context);
  if (answer.trim().toLowerCase() === 'y') return new Set(infos.map(locationOf));
  io.out('deletion is cancelled\n');
  return 'no';
}

async function firstLine({ io }: DeleteContext): Promise<string> {
  let text = '';
  for await (const chunk of io.stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > 4_096) break;
  }
  return text.split('\n')[0] ?? '';
}
