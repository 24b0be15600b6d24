// Tables: those that the server makes, decorated with the columns that the client adds; and for objects that came without one,
// name and age. Called by get, and by whoever prints objects for people. Upstream: tableprinter.go of cli-runtime.
import { humanDuration } from '../../api/columns/printer.ts';
import { systemClock } from '../../kit/clock.ts';
import { goText } from './go-values/text.ts';
import {
  type ApiObject,
  isMap,
  itemsOf,
  memberOf,
  type Output,
  type Printer,
  textOf,
  WatchEvent,
} from './printer.ts';
import { TabWriter } from './tabwriter.ts';
import { escapeTerminal } from './terminal.ts';

export interface TableChoices {
  readonly wide?: boolean;
  readonly noHeaders?: boolean;
  readonly withNamespace?: boolean;
  /** Names are shown as `deployment.apps/x`. */
  readonly withKind?: { readonly kind: string; readonly group: string };
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
}

interface Column {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
}

interface Row {
  readonly cells: readonly unknown[];
  readonly object?: unknown;
}

/** Whether the object is a table of the server. */
export const isTable = (object: ApiObject): boolean =>
  object.kind === 'Table' && /^meta\.k8s\.io\/v1(?:beta1)?$/.test(textOf(object.apiVersion));

export const columnsOf = (table: ApiObject): readonly Column[] =>
  Array.isArray(table.columnDefinitions) ? (table.columnDefinitions as Column[]).filter(isMap) : [];

export const rowsOf = (table: ApiObject): readonly Row[] =>
  Array.isArray(table.rows) ? (table.rows as Row[]).filter(isMap) : [];

const NAME_AND_AGE: readonly Column[] = [
  { name: 'Name', type: 'string', format: 'name' },
  { name: 'Age', type: 'string' },
];

const STATUS: readonly Column[] = ['Status', 'Reason', 'Message'].map((name) => ({ name, type: 'string' }));

const EVENT_TYPES: Readonly<Record<string, string>> = {
  ADDED: 'ADDED   ',
  DELETED: 'DELETED ',
  ERROR: 'ERROR   ',
};

/** Prints headers once, and again when the columns change. Not for two outputs. */
export class TablePrinter implements Printer {
  readonly #choices: TableChoices;
  readonly #now: () => number;
  #columns: readonly Column[] | undefined;
  #hasHeaders = false;
  #plain: readonly Column[] | undefined;

  constructor(choices: TableChoices, now: () => number = () => systemClock.now()) {
    this.#choices = choices;
    this.#now = now;
  }

  print(printed: ApiObject | WatchEvent, out: Output): void {
    const writer = out instanceof TabWriter ? out : new TabWriter(out);
    const [object, event] =
      printed instanceof WatchEvent ? [printed.object, printed.type] : [printed, undefined];
    if (isTable(object)) this.#table(object, event, writer);
    else this.#objects(object, event, writer);
    if (writer !== out) writer.flush();
  }

  /** Tables of a watch come without columns; they have those of the first. */
  #table(table: ApiObject, event: string | undefined, out: Output): void {
    const given = columnsOf(table);
    const isSame = given.length === 0 || sameColumns(given, this.#columns);
    const noHeaders = this.#choices.noHeaders || (this.#hasHeaders && isSame);
    if (given.length > 0 && !isSame) {
      this.#columns = given;
      this.#hasHeaders = false;
    }
    const rows = rowsOf(table);
    if (rows.length > 0) this.#hasHeaders = true;
    else return;
    const columns = this.#columns ?? [];
    this.#write(columns, rows, { event, noHeaders: noHeaders === true }, out);
  }

  #objects(object: ApiObject, event: string | undefined, out: Output): void {
    const isStatus = object.kind === 'Status' && object.apiVersion === 'v1';
    const columns = isStatus ? STATUS : NAME_AND_AGE;
    const isNew = this.#plain !== columns;
    if (this.#plain && isNew && !this.#choices.noHeaders) out.write('\n');
    this.#plain = columns;
    const rows = isStatus
      ? [{ cells: [object.status, object.reason, object.message], object }]
      : (itemsOf(object) ?? [object]).map((item) => ({
          cells: [nameOf(item), this.#age(item)],
          object: item,
        }));
    this.#write(columns, rows, { event, noHeaders: this.#choices.noHeaders === true || !isNew }, out);
  }

  #age(object: ApiObject): string {
    const created = textOf(memberOf(object.metadata, 'creationTimestamp'));
    return created ? humanDuration(this.#now() - Date.parse(created)) : '<unknown>';
  }

  #write(
    columns: readonly Column[],
    rows: readonly Row[],
    { event, noHeaders }: { event: string | undefined; noHeaders: boolean },
    out: Output,
  ): void {
    const { wide = false, withNamespace, withKind, showLabels, labelColumns = [] } = this.#choices;
    const shown = columns.flatMap((column, i) => (wide || !column.priority ? [i] : []));
    const nameAt = withKind?.kind ? columns.findIndex((c) => c.format === 'name' && c.type === 'string') : -1;
    const headers = [
      ...(event === undefined ? [] : ['EVENT']),
      ...(withNamespace ? ['NAMESPACE'] : []),
      ...shown.map((i) => columns[i]!.name.toUpperCase()),
      ...labelColumns.map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
      ...(showLabels ? ['LABELS'] : []),
    ];
    if (!noHeaders && rows.length > 0) out.write(`${headers.join('\t')}\n`);
    for (const row of rows) {
      const metadata = memberOf(row.object, 'metadata');
      const labels = memberOf(metadata, 'labels');
      const cells = shown.map((i) => {
        const cell = cellText(row.cells[i]);
        return i === nameAt ? `${kindPrefix(withKind!)}/${cell}` : cell;
      });
      const line = [
        ...(event === undefined ? [] : [EVENT_TYPES[event] ?? event]),
        ...(withNamespace ? [cellText(memberOf(metadata, 'namespace'))] : []),
        ...cells,
        ...labelColumns.map((label) => cellText(memberOf(labels, label))),
        ...(showLabels ? [labelsText(labels)] : []),
      ];
      out.write(`${line.join('\t')}\n`);
    }
  }
}

const kindPrefix = ({ kind, group }: { kind: string; group: string }): string =>
  `${kind}${group && `.${group}`}`.toLowerCase();

const nameOf = (object: ApiObject): string => textOf(memberOf(object.metadata, 'name'));

const sameColumns = (a: readonly Column[], b: readonly Column[] | undefined): boolean =>
  b !== undefined && JSON.stringify(a) === JSON.stringify(b);

/** A text ends at its first line break, marked by dots. */
function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell !== 'string') return escapeTerminal(goText(cell));
  const end = cell.search(/[\f\n\r]/);
  return end < 0 ? escapeTerminal(cell) : `${escapeTerminal(cell.slice(0, end))}...`;
}

/** labels.FormatLabels: `a=b,c=d`, or `<none>`. */
export function labelsText(labels: unknown): string {
  const pairs = isMap(labels)
    ? Object.keys(labels)
        .sort()
        .map((key) => `${key}=${goText(labels[key])}`)
    : [];
  return pairs.join(',') || '<none>';
}
