// kubectl replace.
import { savedConfiguration } from '../../apply/last-applied.ts';
import { printAs, printerFor } from '../../changes/printing.ts';
import { recorded } from '../../changes/record.ts';
import { filesOf, hasFiles, targetsOf } from '../../changes/targets.ts';
import { defineCommand } from '../../command/command.ts';
import { type DryRun, dryRunOf, fieldValidationOf } from '../../command/common-flags.ts';
import { propagationOf } from '../../deletion/flags.ts';
import { withSource } from '../../errors/with-source.ts';
import { checkRaw, sendRaw } from '../../raw/raw.ts';
import type { WriteChoices } from '../../resources/info.ts';
import { flags, type ReplaceContext } from './flags.ts';

export default defineCommand({
  use: 'replace -f FILENAME',
  long: `Replace a resource by file name or stdin.

JSON and YAML formats are accepted. If replacing an existing resource, the complete resource spec must be provided. This can be obtained by

  $ kubectl get TYPE NAME -o yaml`,
  examples: `# Replace a pod using the data in pod.json
kubectl replace -f ./pod.json

# Replace a pod based on the JSON passed into stdin
cat pod.json | kubectl replace -f -

# Force replace, delete and then re-create the resource
kubectl replace --force -f ./pod.json`,
  flags,
  async run(context) {
    const { flags, io } = context;
    const fieldValidation = fieldValidationOf(flags.validate);
    const dryRun = dryRunOf(flags['dry-run'], io);
    await printerFor(context, 'replaced', dryRun);
    const propagation = propagationOf(flags.cascade, io);
    if (!hasFiles(flags)) throw new Error('must specify one of -f and -k');
    check(context, dryRun);
    const write = { fieldManager: flags['field-manager'], fieldValidation };
    if (flags.raw) await sendRaw(context, 'PUT', flags.raw, flags.filename[0]);
    else if (flags.force) {
      const { replaceByForce } = await import('./by-force.ts');
      await replaceByForce(context, propagation, write);
    } else await replaceAll(context, dryRun, write);
  },
});

function check({ flags }: ReplaceContext, dryRun: DryRun): void {
  if (flags['grace-period'] >= 0 && !flags.force)
    throw new Error('--grace-period must have --force specified');
  if (flags.timeout !== 0 && !flags.force) throw new Error('--timeout must have --force specified');
  if (flags.force && dryRun !== 'none') throw new Error('--dry-run can not be used when --force is set');
  if (!flags.raw) return;
  if (flags.filename.length !== 1) throw new Error('--raw can only use a single local file or stdin');
  checkRaw(flags, flags.output);
}

async function replaceAll(context: ReplaceContext, dryRun: DryRun, write: WriteChoices): Promise<void> {
  const { flags } = context;
  const found = await targetsOf(context, {
    ...{ ...filesOf(flags), validate: write.fieldValidation !== 'Ignore' },
    ...(flags.subresource && { subresource: flags.subresource }),
  });
  await found.visit(async (info) => {
    info.object = recorded(context, savedConfiguration(info.object, flags['save-config']));
    if (dryRun !== 'client')
      try {
        const choices = { ...write, overwrite: true, serverDryRun: dryRun === 'server' };
        info.refresh(await info.replace(info.object, choices));
      } catch (error) {
        throw withSource('replacing', info.source, error);
      }
    await printAs(context, 'replaced', info.object, dryRun);
  });
}
