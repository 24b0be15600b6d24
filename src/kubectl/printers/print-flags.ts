// Chooses the printer of `-o` for verbs that change objects. Called by all verbs but get, which has more formats.
// Upstream: genericclioptions.PrintFlags.

import { boolFlag, stringFlag } from '../command/flag.ts';
import { NamePrinter } from './name.ts';
import type { Printer } from './printer.ts';
import type { SerializedOptions } from './serialized.ts';
import { TEMPLATE_FORMATS, templatePrinter } from './templates.ts';

export { NamePrinter, operationOf } from './name.ts';

/** For the flags of a verb. */
export const printFlags = {
  output: stringFlag(
    '',
    'Output format. One of: (json, yaml, kyaml, name, go-template, go-template-file, template, templatefile, jsonpath, jsonpath-as-json, jsonpath-file).',
    { short: 'o' },
  ),
  template: stringFlag(
    '',
    'Template string or path to template file to use when -o=go-template, -o=go-template-file. The template format is golang templates [http://golang.org/pkg/text/template/#pkg-overview].',
  ),
  'allow-missing-template-keys': boolFlag(
    true,
    'If true, ignore any errors in templates when a field or map key is missing in the template. Only applies to golang and jsonpath output formats.',
  ),
  'show-managed-fields': boolFlag(
    false,
    'If true, keep the managedFields when printing objects in JSON or YAML format.',
  ),
};

/** The flags, as parsed. */
export interface PrintChoices {
  readonly output?: string;
  readonly template?: string;
  readonly allowMissingTemplateKeys?: boolean;
  readonly showManagedFields?: boolean;
}

export interface PrintOptions {
  /** What was done to the object, such as `created`. */
  readonly operation?: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** JSON's members stay in the order given: that of Go's structs, for objects that the client made. */
  readonly keepOrder?: boolean;
}

const serializedFormats = (env: PrintOptions['env']): readonly string[] =>
  env?.KUBECTL_KYAML?.toLowerCase() === 'false' ? ['json', 'yaml'] : ['json', 'yaml', 'kyaml'];

/** The formats in the order of the help text. */
export const outputFormats = (env?: PrintOptions['env']): string[] => [
  ...serializedFormats(env),
  'name',
  ...TEMPLATE_FORMATS,
];

export const noPrinter = (output: string, formats: readonly string[]): Error =>
  new Error(
    `unable to match a printer suitable for the output format ${JSON.stringify(output)}, allowed formats are: ${[...formats].sort().join(',')}`,
  );

/** Undefined when the format is none of json, yaml and kyaml. */
export async function serializedPrinter(
  output: string,
  options: SerializedOptions & Pick<PrintOptions, 'env'>,
): Promise<Printer | undefined> {
  const format = output.toLowerCase();
  if (!serializedFormats(options.env).includes(format)) return undefined;
  const { jsonPrinter, kyamlPrinter, yamlPrinter } = await import('./serialized.ts');
  if (format === 'json') return jsonPrinter(options);
  return format === 'yaml' ? yamlPrinter(options) : kyamlPrinter(options);
}

export async function printerOf(choices: PrintChoices, options: PrintOptions): Promise<Printer> {
  const {
    output: given = '',
    template,
    showManagedFields = false,
    allowMissingTemplateKeys = true,
  } = choices;
  const output = given === '' && template ? 'go-template' : given;
  const serialized = await serializedPrinter(output, { ...options, showManagedFields });
  if (serialized) return serialized;
  if (output.toLowerCase() === 'name') return new NamePrinter();
  if (output === '') return new NamePrinter(options.operation);
  const templated = await templatePrinter(output, template, { ...options, allowMissingTemplateKeys });
  if (templated) return templated;
  throw noPrinter(given, outputFormats(options.env));
}
