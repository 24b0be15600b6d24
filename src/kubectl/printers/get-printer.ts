// Chooses the printer of `-o` for get: those of the other verbs, tables and custom columns.
// Upstream: get_flags.go of kubectl.
import { CUSTOM_COLUMNS, customColumnsPrinter } from './custom-columns.ts';
import { NamePrinter } from './name.ts';
import {
  noPrinter,
  outputFormats,
  type PrintChoices,
  type PrintOptions,
  serializedPrinter,
} from './print-flags.ts';
import type { Printer } from './printer.ts';
import { type TableChoices, TablePrinter } from './table.ts';
import { templatePrinter } from './templates.ts';

/** The formats in the order of the help text. */
export const getOutputFormats = (env?: PrintOptions['env']): string[] => [
  ...outputFormats(env),
  ...CUSTOM_COLUMNS,
  'wide',
];

export async function getPrinterOf(
  choices: PrintChoices,
  table: TableChoices,
  options: PrintOptions,
): Promise<Printer> {
  const {
    output: given = '',
    template,
    showManagedFields = false,
    allowMissingTemplateKeys = true,
  } = choices;
  const output = given === '' && template ? 'go-template' : given;
  const templated = await templatePrinter(output, template, { ...options, allowMissingTemplateKeys });
  if (templated) return templated;
  const serialized = await serializedPrinter(output, { ...options, showManagedFields });
  if (serialized) return serialized;
  if (output === '' || output === 'wide') return new TablePrinter({ ...table, wide: output === 'wide' });
  const custom = customColumnsPrinter(output, template, {
    noHeaders: table.noHeaders ?? false,
    cwd: options.cwd,
  });
  if (custom) return custom;
  if (output.toLowerCase() === 'name') return new NamePrinter();
  throw noPrinter(output, getOutputFormats(options.env));
}
