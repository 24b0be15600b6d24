// The formats custom-columns and custom-columns-file: columns with a header and a path each. Called by getPrinterOf.
// Upstream: customcolumn.go of kubectl.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { goText } from './go-values/text.ts';
import { JsonPath, relaxedJsonPath } from './jsonpath/json-path.ts';
import { type ApiObject, asMap, itemsOf, type Output, type Printer, WatchEvent } from './printer.ts';
import { TabWriter } from './tabwriter.ts';
import { formatAndTemplate, openError } from './templates.ts';
import { escapeTerminal } from './terminal.ts';

interface Column {
  readonly header: string;
  readonly path: JsonPath;
}

export const CUSTOM_COLUMNS = ['custom-columns', 'custom-columns-file'];

/** Undefined when the format is neither of the two. */
export function customColumnsPrinter(
  output: string,
  template: string | undefined,
  options: { readonly noHeaders: boolean; readonly cwd: string },
): Printer | undefined {
  const [format, spec] = formatAndTemplate(output, template);
  if (!CUSTOM_COLUMNS.includes(format)) return undefined;
  if (spec === '') throw new Error('custom-columns format specified but no custom columns given');
  const isFile = format === 'custom-columns-file';
  const columns = isFile ? columnsOfFile(spec, options.cwd) : columnsOfSpec(spec);
  // A file's headers are printed in any case.
  return new CustomColumnsPrinter(columns, !isFile && options.noHeaders);
}

const column = (header: string, path: string): Column => ({
  header,
  path: new JsonPath(relaxedJsonPath(path), { allowMissingKeys: true }),
});

const columnsOfSpec = (spec: string): Column[] =>
  spec.split(',').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0)
      throw new Error(`unexpected custom-columns spec: ${part}, expected <header>:<json-path-expr>`);
    return column(part.slice(0, colon), part.slice(colon + 1));
  });

const EXPECTED =
  'Expected format is one line of space separated headers, one line of space separated column specs.';

function columnsOfFile(path: string, cwd: string): Column[] {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), 'utf8');
  } catch (error) {
    throw new Error(`error reading template ${path}, ${openError(error, path)}\n`);
  }
  const [headerLine, specLine] = text === '' ? [] : text.replace(/\n$/, '').split('\n');
  if (headerLine === undefined) throw new Error(`invalid template, missing header line. ${EXPECTED}`);
  if (specLine === undefined) throw new Error(`invalid template, missing spec line. ${EXPECTED}`);
  const [headers, specs] = [wordsOf(headerLine), wordsOf(specLine)];
  if (headers.length !== specs.length)
    throw new Error(
      `number of headers (${headers.length}) and field specifications (${specs.length}) don't match`,
    );
  return headers.map((header, i) => column(header, specs[i]!));
}

const wordsOf = (line: string) => line.split(/\s/).filter((word) => word !== '');

class CustomColumnsPrinter implements Printer {
  readonly #columns: readonly Column[];
  readonly #noHeaders: boolean;
  #lastKind: string | undefined;

  constructor(columns: readonly Column[], noHeaders: boolean) {
    this.#columns = columns;
    this.#noHeaders = noHeaders;
  }

  print(printed: ApiObject | WatchEvent, out: Output): void {
    const writer = out instanceof TabWriter ? out : new TabWriter(out);
    const object = asMap(printed);
    const items = printed instanceof WatchEvent ? undefined : itemsOf(object);
    const kind = printed instanceof WatchEvent ? 'event' : items ? 'list' : 'object';
    if (!this.#noHeaders && kind !== this.#lastKind)
      writer.write(`${this.#columns.map(({ header }) => header).join('\t')}\n`);
    this.#lastKind = kind;
    for (const item of items ?? [object]) writer.write(`${this.#cells(item).join('\t')}\n`);
    if (writer !== out) writer.flush();
  }

  #cells(object: ApiObject): string[] {
    return this.#columns.map(({ path }) => {
      const parts = path.find(object);
      const values = parts.flat().map((value) => escapeTerminal(goText(value)));
      return (parts[0]?.length ? values : ['<none>', ...values]).join(',');
    });
  }
}
