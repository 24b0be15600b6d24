// The printer of a verb that changes objects, from the verb's parsed flags. Called by such verbs.
import type { DryRun } from '../command/common-flags.ts';
import type { Io } from '../io/io.ts';
import { operationOf, type PrintChoices, printerOf } from '../printers/print-flags.ts';
import type { ApiObject } from '../printers/printer.ts';

/** What printFlags gives when parsed. */
export interface PrintFlagValues {
  readonly output: string;
  readonly template: string;
  readonly 'allow-missing-template-keys': boolean;
  readonly 'show-managed-fields': boolean;
}

interface Surroundings {
  readonly flags: PrintFlagValues;
  readonly io: Io;
}

export const choicesOf = (flags: PrintFlagValues): PrintChoices => ({
  output: flags.output,
  template: flags.template,
  allowMissingTemplateKeys: flags['allow-missing-template-keys'],
  showManagedFields: flags['show-managed-fields'],
});

export type Print = (object: ApiObject) => void;

/** `operation` is what stands behind the name, such as `created`. With `keepOrder`, JSON has the fields as they stand in the object. */
export async function printerFor(
  { flags, io }: Surroundings,
  operation: string,
  dryRun: DryRun = 'none',
  keepOrder = false,
): Promise<Print> {
  const printer = await printerOf(choicesOf(flags), {
    operation: operationOf(operation, dryRun),
    cwd: io.cwd,
    env: io.env,
    keepOrder,
  });
  const out = { write: (text: string) => io.out(text) };
  return (object) => printer.print(object, out);
}

/** The same for verbs whose operation is known only when an object was changed. */
export const printAs = async (
  around: Surroundings,
  operation: string,
  object: ApiObject,
  dryRun: DryRun = 'none',
): Promise<void> => (await printerFor(around, operation, dryRun))(object);
