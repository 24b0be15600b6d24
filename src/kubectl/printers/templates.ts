// The formats whose template is given: jsonpath and go-template, each also as -file.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { messageOf } from '../../kit/message-of.ts';
import { goSyntax } from './go-values/text.ts';
import { asMap, type Printer } from './printer.ts';

export interface TemplateOptions {
  readonly allowMissingTemplateKeys: boolean;
  readonly cwd: string;
}

const JSONPATH = ['jsonpath', 'jsonpath-as-json', 'jsonpath-file'];
const GO_TEMPLATE = ['go-template', 'go-template-file', 'template', 'templatefile'];
export const TEMPLATE_FORMATS = [...GO_TEMPLATE, ...JSONPATH];

/** `jsonpath={.a}` as format and template; `--template` wins over the part behind the equals sign. */
export function formatAndTemplate(output: string, template = ''): readonly [string, string] {
  const equals = output.indexOf('=');
  if (template !== '' || equals < 0) return [output, template];
  return [output.slice(0, equals), output.slice(equals + 1)];
}

/** Undefined when the format is none of these. */
export async function templatePrinter(
  output: string,
  given: string | undefined,
  options: TemplateOptions,
): Promise<Printer | undefined> {
  const [format, template] = formatAndTemplate(output, given);
  if (!TEMPLATE_FORMATS.includes(format)) return undefined;
  if (template === '') throw new Error('template format specified but no template given');
  const text = format.endsWith('file') ? readTemplate(template, options.cwd) : template;
  return JSONPATH.includes(format)
    ? jsonPathPrinter(text, format === 'jsonpath-as-json', options)
    : goTemplatePrinter(text, options);
}

function readTemplate(path: string, cwd: string): string {
  try {
    return readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new Error(`error reading --template ${path}, ${openError(error, path)}`);
  }
}

/** Go's words for a file that cannot be opened. */
export function openError(error: unknown, path: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    EISDIR: 'is a directory',
  };
  const reason = reasons[code] ?? messageOf(error);
  return `${code === 'EISDIR' ? 'read' : 'open'} ${path}: ${reason}`;
}

async function jsonPathPrinter(
  template: string,
  asJson: boolean,
  options: TemplateOptions,
): Promise<Printer> {
  const { JsonPath } = await import('./jsonpath/json-path.ts');
  const path = worded(`error parsing jsonpath ${template}`, () => {
    return new JsonPath(template, { allowMissingKeys: options.allowMissingTemplateKeys, asJson });
  });
  return {
    print(printed, out) {
      const data = asMap(printed);
      let text: string;
      try {
        text = path.text(data);
      } catch (error) {
        const more = `Error executing template: ${messageOf(error)}. Printing more information for debugging the template:
\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n\t\t${goSyntax(data)}\n\n`;
        throw new Error(`error executing jsonpath ${JSON.stringify(template)}: ${more}\n`);
      }
      out.write(text);
    },
  };
}

async function goTemplatePrinter(template: string, options: TemplateOptions): Promise<Printer> {
  const { GoTemplate } = await import('./go-template/go-template.ts');
  const { goJson } = await import('./go-values/json.ts');
  const { goText } = await import('./go-values/text.ts');
  const compiled = worded(`error parsing template ${template}`, () => {
    return new GoTemplate('output', template, { missingKeyIsError: !options.allowMissingTemplateKeys });
  });
  return {
    print(printed, out) {
      const data = asMap(printed);
      try {
        compiled.execute(data, out);
      } catch (error) {
        // kubectl shows this where the output goes, beside the error.
        out.write(`Error executing template: ${messageOf(error)}. Printing more information for debugging the template:
\ttemplate was:\n\t\t${template}\n\traw data was:\n\t\t${goJson(data)}\n\tobject given to template engine was:\n\t\t${goText(data)}\n\n`);
        throw new Error(`error executing template ${JSON.stringify(template)}: ${messageOf(error)}`);
      }
    },
  };
}

function worded<T>(what: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new Error(`${what}, ${messageOf(error)}`);
  }
}
