// What the subcommands of `create` share: their flags, the name, and how an object that was made is sent and printed.
import { goJson } from '../../../api/codec/go-json.ts';
import { LAST_APPLIED } from '../../apply/last-applied.ts';
import { inGoOrder } from '../../changes/go-order.ts';
import { type Print, printerFor } from '../../changes/printing.ts';
import { withAnnotation } from '../../changes/record.ts';
import type { Context } from '../../command/command.ts';
import {
  type DryRun,
  dryRunFlag,
  dryRunOf,
  fieldManagerFlag,
  fieldValidationOf,
  saveConfigFlag,
  validateFlag,
} from '../../command/common-flags.ts';
import type { FlagValues } from '../../command/flag.ts';
import { pathOf } from '../../discovery/served.ts';
import { plainText } from '../../errors/text.ts';
import { printFlags } from '../../printers/print-flags.ts';
import type { ApiObject } from '../../printers/printer.ts';
import type { Made, Place } from './objects/made.ts';

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
  const object = flags['save-config'] ? withConfiguration(made) : made.object;
  if (dryRun === 'client') return print(object);
  try {
    print(
      await send(context, made, object, { fieldValidation, ...(dryRun === 'server' && { dryRun: 'All' }) }),
    );
  } catch (cause) {
    throw failed === '' ? cause : new Error(`${failed}${plainText(cause)}`, { cause });
  }
}

/** Prints objects of a kind that the client knows. */
export async function printerOfMade(
  around: Pick<CreateContext, 'io' | 'flags'>,
  { kind }: Made,
  operation: string,
  dryRun: DryRun,
): Promise<Print> {
  const print = await printerFor(around, operation, dryRun, true);
  return (object) => print(inGoOrder(kind, object));
}

/** For --save-config: the object with an annotation that says what it is. */
export const withConfiguration = ({ kind, object }: Made): ApiObject =>
  withAnnotation(object, LAST_APPLIED, `${goJson(inGoOrder(kind, object))}\n`);

async function send(
  { session, flags }: CreateContext,
  { kind }: Made,
  object: ApiObject,
  query: Readonly<Record<string, string>>,
): Promise<ApiObject> {
  const { group, version, plural: resource, namespaced } = kind.resource;
  const { namespace } = await session.namespace();
  return session.json<ApiObject>({
    method: 'POST',
    path: pathOf({ group, version, resource, namespaced }, namespace),
    query: { ...query, fieldManager: flags['field-manager'] || undefined },
    body: object,
  });
}
