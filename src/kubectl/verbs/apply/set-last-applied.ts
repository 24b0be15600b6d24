// kubectl apply set-last-applied.

import { describe } from '../../apply/client-side.ts';
import { lastAppliedOf } from '../../apply/last-applied.ts';
import { annotationOf, annotationPatch } from '../../apply/set-annotation.ts';
import { printerFor } from '../../changes/printing.ts';
import { defineCommand } from '../../command/command.ts';
import { dryRunFlag, dryRunOf } from '../../command/common-flags.ts';
import { boolFlag, stringSliceFlag } from '../../command/flag.ts';
import { withSource } from '../../errors/with-source.ts';
import { printFlags } from '../../printers/print-flags.ts';
import { findResources } from '../../resources/find-resources.ts';
import { type Info, isNotFound } from '../../resources/info.ts';

export default defineCommand({
  use: 'set-last-applied -f FILENAME',
  long: `Set the latest last-applied-configuration annotations by setting it to match the contents of a file. The annotation is updated as though 'kubectl apply -f <file>' was run, without updating any other parts of the object.`,
  examples: `# Set the last-applied-configuration of a resource to match the contents of a file
kubectl apply set-last-applied -f deploy.yaml

# Execute set-last-applied against each configuration file in a directory
kubectl apply set-last-applied -f path/

# Set the last-applied-configuration of a resource to match the contents of a file; will create the annotation if it does not already exist
kubectl apply set-last-applied -f deploy.yaml --create-annotation=true`,
  flags: {
    ...printFlags,
    'dry-run': dryRunFlag(),
    'create-annotation': boolFlag(
      false,
      "Will create 'last-applied-configuration' annotations if current objects doesn't have one",
    ),
    filename: stringSliceFlag(
      'Filename, directory, or URL to files that contains the last-applied-configuration annotations',
      { short: 'f' },
    ),
  },
  async run(context) {
    const { flags, io, session } = context;
    const dryRun = dryRunOf(flags['dry-run'], io);
    const print = await printerFor(context, 'configured', dryRun);
    const { namespace, explicit } = await session.namespace();
    const found = await findResources(session, io, {
      ...{ filename: flags.filename, namespace, enforceNamespace: explicit, flatten: true },
    });
    const changes: { info: Info; patch: object }[] = [];
    await found.visit(async (info) => {
      const configuration = info.object;
      await read(info);
      const before = lastAppliedOf(info.object);
      if (before === undefined && !flags['create-annotation'])
        throw new Error(
          `no last-applied-configuration annotation found on resource: ${info.name}, to create the annotation, run the command with --create-annotation`,
        );
      if (before === annotationOf(configuration))
        io.out(`set-last-applied ${info.name}: no changes required.\n`);
      else changes.push({ info, patch: annotationPatch(configuration) });
    });
    for (const { info, patch } of changes)
      print(
        dryRun === 'client'
          ? info.object
          : await info.patch('merge', patch, { serverDryRun: dryRun === 'server' }),
      );
  },
});

async function read(info: Info): Promise<void> {
  try {
    await info.get();
  } catch (error) {
    if (isNotFound(error)) throw error;
    const doing = `retrieving current configuration of:\n${describe(info)}\nfrom server for:`;
    throw withSource(doing, info.source, error);
  }
}
