// `kubectl create -f`: creates what the files hold. Loaded when create runs without a subcommand.
import { savedConfiguration } from '../../apply/last-applied.ts';
import { printerFor } from '../../changes/printing.ts';
import { recorded } from '../../changes/record.ts';
import { filesOf, hasFiles, targetsOf } from '../../changes/targets.ts';
import { dryRunOf, fieldValidationOf } from '../../command/common-flags.ts';
import { withSource } from '../../errors/with-source.ts';
import { checkRaw, sendRaw } from '../../raw/raw.ts';
import type { CreateContext } from './flags.ts';

export async function createFromFiles(context: CreateContext): Promise<void> {
  const { args, flags, io } = context;
  if (args.length > 0) throw context.usageError(`Unexpected args: [${args.join(' ')}]`);
  const dryRun = dryRunOf(flags['dry-run'], io);
  const fieldValidation = fieldValidationOf(flags.validate);
  const print = await printerFor(context, 'created', dryRun);
  check(context);
  if (flags.raw) return sendRaw(context, 'POST', flags.raw, flags.filename[0]);
  const write = { serverDryRun: dryRun === 'server', fieldManager: flags['field-manager'], fieldValidation };
  if (flags.edit) {
    const { createEdited } = await import('./edited.ts');
    return createEdited(context, write);
  }
  const found = await targetsOf(context, {
    ...{ ...filesOf(flags), labelSelector: flags.selector, validate: fieldValidation !== 'Ignore' },
  });
  let count = 0;
  await found.visit(async (info) => {
    info.object = recorded(context, savedConfiguration(info.object, flags['save-config']));
    if (dryRun !== 'client')
      try {
        info.refresh(await info.create(info.object, write));
      } catch (error) {
        throw withSource('creating', info.source, error);
      }
    count++;
    print(info.object);
  });
  if (count === 0) throw new Error('no objects passed to create');
}

function check({ flags }: CreateContext): void {
  if (!hasFiles(flags)) throw new Error('must specify one of -f and -k');
  if (!flags.raw) return;
  if (flags.edit) throw new Error('--raw and --edit are mutually exclusive');
  if (flags.filename.length !== 1) throw new Error('--raw can only use a single local file or stdin');
  if (flags.selector) throw new Error('--raw and --selector (-l) are mutually exclusive');
  checkRaw(flags, flags.output);
}
