// What the subcommands of `create` share: their flags, the name, and how an object that was made is sent and printed.
import type { Context } from '../../command/command.ts';
import {
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fieldValidationOf,
  saveConfigFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import type { FlagValues } from '../../command/flag.ts';
import { plainText } from '../../errors/text.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { Made, Place } from './objects/made.ts';
import { printerOfMade, sent } from './send-made.ts';

export const createFlags = () => ({
  ...printFlags,
  'save-config': saveConfigFlag(),
  validate: validateFlag(),
  'dry-run': dryRunFlag(),
  'field-manager': fieldManagerFlag('kubectl-create'),
});

export type CreateContext = Pick<Context, 'args' | 'argsBeforeDash' | 'io' | 'session' | 'usageError'> & {
  readonly flags: FlagValues<ReturnType<typeof createFlags>>;
};

/** The one word before `--`. */
export function nameOf({
  args,
  argsBeforeDash,
  usageError,
}: CreateContext | Pick<Context, 'args' | 'argsBeforeDash' | 'usageError'>): string {
  const count = argsBeforeDash < 0 ? args.length : argsBeforeDash;
  if (count !== 1) throw usageError(`exactly one NAME is required, got ${count}`);
  return args[0]!;
}

export function requireName(name: string): string {
  if (name === '') throw new Error('name must be specified');
  return name;
}

/** The name, and the namespace if the user gave one. */
export async function placeOf(context: CreateContext): Promise<Place> {
  const { namespace, explicit } = await context.session.namespace();
  return { name: nameOf(context), namespace: explicit ? namespace : undefined };
}

/** Sends the object unless only the client is to act, and prints what came of it. `failed` stands before the server's refusal. */
export async function create(context: CreateContext, made: Made, failed = ''): Promise<void> {
  const { flags, io } = context;
  const dryRun = dryRunOf(flags['dry-run'], io);
  const fieldValidation = fieldValidationOf(flags.validate);
  const print = await printerOfMade(context, made, 'created', dryRun);
  try {
    print(await sent(context, made, dryRun, { fieldValidation }));
  } catch (cause) {
    throw failed === '' ? cause : new Error(`${failed}${plainText(cause)}`, { cause });
  }
}
