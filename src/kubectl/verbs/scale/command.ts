// kubectl scale.

import { mergePatchOf } from '../../../api/patch/diff/merge-diff.ts';
import { collect } from '../../changes/collect.ts';
import { completesObjects } from '../../changes/complete.ts';
import { printerFor } from '../../changes/printing.ts';
import { recorded, recordFlag } from '../../changes/record.ts';
import { filesOf, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunFlag, dryRunOf, filenameFlags, labelSelectorFlag } from '../../command/common-flags.ts';
import { boolFlag, durationFlag, intFlag, stringFlag } from '../../command/flag.ts';
import { combined } from '../../errors/errors.ts';
import { printFlags } from '../../printers/print-flags.ts';
import { groupVersionOf, type KubeObject } from '../../resources/object.ts';
import { scale } from './scaler.ts';

export default defineCommand({
  use: 'scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME)',
  long: `Set a new size for a deployment, replica set, replication controller, or stateful set.

Scale also allows users to specify one or more preconditions for the scale action.

If --current-replicas or --resource-version is specified, it is validated before the scale is attempted, and it is guaranteed that the precondition holds true when the scale is sent to the server.`,
  examples: `# Scale a replica set named 'foo' to 3
kubectl scale --replicas=3 rs/foo

# Scale a resource identified by type and name specified in "foo.yaml" to 3
kubectl scale --replicas=3 -f foo.yaml

# If the deployment named mysql's current size is 2, scale mysql to 3
kubectl scale --current-replicas=2 --replicas=3 deployment/mysql

# Scale multiple replication controllers
kubectl scale --replicas=5 rc/example1 rc/example2 rc/example3

# Scale stateful set named 'web' to 3
kubectl scale --replicas=3 statefulset/web`,
  flags: {
    ...recordFlag,
    ...printFlags,
    all: boolFlag(false, 'Select all resources in the namespace of the specified resource types'),
    'resource-version': stringFlag(
      '',
      'Precondition for resource version. Requires that the current resource version match this value in order to scale.',
    ),
    'current-replicas': intFlag(
      -1,
      'Precondition for current size. Requires that the current size of the resource match this value in order to scale. -1 (default) for no condition.',
    ),
    replicas: intFlag(0, 'The new desired number of replicas. Required.', { required: true }),
    timeout: durationFlag(
      0,
      '0s',
      "The length of time to wait before giving up on a scale operation, zero means don't wait. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).",
    ),
    ...filenameFlags('Filename, directory, or URL to files identifying the resource to set a new size'),
    'dry-run': dryRunFlag(),
    selector: labelSelectorFlag(),
  },
  complete: completesObjects(['deployment', 'replicaset', 'replicationcontroller', 'statefulset']),
  async run(context) {
    const { flags, io, session, args } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    const print = await printerFor(context, 'scaled', dryRun);
    if (flags.replicas < 0)
      throw new Error('The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0');
    if (flags['current-replicas'] < -1)
      throw new Error('The --current-replicas must specify an integer of -1 or greater');
    const found = await targetsOf(context, {
      ...filesOf(flags),
      args,
      all: flags.all,
      labelSelector: flags.selector,
    });
    const { infos, errors } = await collect(found);
    if (flags['resource-version'] !== '' && infos.length > 1)
      throw new Error('cannot use --resource-version with multiple resources');
    if (infos.length === 0 && errors.length === 0) throw new Error('no objects passed to scale');
    const scaling = {
      session,
      io,
      replicas: flags.replicas,
      currentReplicas: flags['current-replicas'],
      resourceVersion: flags['resource-version'],
      serverDryRun: dryRun === 'server',
      waitMs: dryRun === 'none' ? flags.timeout : 0,
    };
    for (const info of infos) {
      const replicas = dryRun === 'client' ? flags.replicas : await scale(scaling, info);
      const scaled = withReplicas(info.object, replicas);
      if (dryRun === 'client') {
        print(scaled);
        continue;
      }
      const marked = recorded(context, scaled);
      // That the cause cannot be written is no reason to fail.
      if (marked !== scaled) await info.patch('merge', mergePatchOf(scaled, marked)).catch(() => undefined);
      print(marked);
    }
    if (errors.length > 0) throw combined(errors);
  },
});

/** Kinds of other groups may have the number elsewhere. */
function withReplicas(object: KubeObject, replicas: number): KubeObject {
  const { group } = groupVersionOf(object.apiVersion ?? '');
  if (group !== '' && group !== 'apps') return object;
  return { ...object, spec: { ...(object.spec as object | undefined), replicas } };
}
