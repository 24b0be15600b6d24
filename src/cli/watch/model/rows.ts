// Rows of tables as the server makes them: what a view keeps of each. Pure.

import type { Mapping } from '../../../kubectl/discovery/served.ts';
import { isMap, memberOf, textOf } from '../../../kubectl/printers/printer.ts';
import { type Health, healthOf } from './health.ts';

export interface Column {
  readonly name: string;
  /** Not 0: only in the wide form. */
  readonly priority: number;
  /** Computed anew from the time of creation. */
  readonly isAge: boolean;
}

/** Which object a row shows. */
export interface Ref {
  readonly kind: Mapping;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Of a pod. */
  readonly container?: string;
}

export interface Row {
  readonly key: string;
  readonly cells: readonly string[];
  readonly health: Health;
  readonly labels: Readonly<Record<string, string>>;
  readonly owners: readonly string[];
  /** Milliseconds since the epoch; NaN when unknown. */
  readonly created: number;
  /** Undefined for rows that are no objects. */
  readonly ref?: Ref;
}

export interface Table {
  readonly columns: readonly Column[];
  readonly rows: ReadonlyMap<string, Row>;
  readonly state: 'loading' | 'live' | 'lost' | 'refused';
  /** Why it is not live. */
  readonly problem: string;
}

export const NO_TABLE: Table = { columns: [], rows: new Map(), state: 'loading', problem: '' };

/** What becomes of a table. */
export type TableChange =
  | { readonly type: 'all'; readonly columns: readonly Column[]; readonly rows: readonly Row[] }
  | { readonly type: 'some'; readonly put: readonly Row[]; readonly gone: readonly string[] }
  | { readonly type: 'state'; readonly state: Table['state']; readonly problem: string };

export function changedTable(table: Table, change: TableChange): Table {
  if (change.type === 'state') return { ...table, state: change.state, problem: change.problem };
  if (change.type === 'all')
    return {
      columns: change.columns,
      rows: new Map(change.rows.map((row) => [row.key, row])),
      state: 'live',
      problem: '',
    };
  const rows = new Map(table.rows);
  for (const key of change.gone) rows.delete(key);
  for (const row of change.put) rows.set(row.key, row);
  return { ...table, rows, state: 'live', problem: '' };
}

/** Characters of a cell; more are not seen on any screen. */
const LONGEST_CELL = 1024;

function cellText(cell: unknown): string {
  if (cell === null || cell === undefined) return '';
  const text =
    typeof cell === 'string' ? cell : typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
  return text.length > LONGEST_CELL ? text.slice(0, LONGEST_CELL) : text;
}

const listOf = (value: unknown): readonly Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter(isMap) : [];

const NAME_AND_AGE: readonly Column[] = [
  { name: 'NAME', priority: 0, isAge: false },
  { name: 'AGE', priority: 0, isAge: true },
];

/** Of a Table's columnDefinitions; of another answer, name and age. */
export function columnsOf(answer: Record<string, unknown>): readonly Column[] {
  if (answer.kind !== 'Table') return NAME_AND_AGE;
  return listOf(answer.columnDefinitions).map(({ name, priority }) => ({
    name: textOf(name).toUpperCase(),
    priority: typeof priority === 'number' ? priority : 0,
    isAge: textOf(name).toLowerCase() === 'age',
  }));
}

/** Of a Table, a list, or a single object of a watch. */
export function rowsOf(
  answer: Record<string, unknown>,
  kind: Mapping,
  columns: readonly Column[],
): readonly Row[] {
  if (answer.kind === 'Table')
    return listOf(answer.rows).map((row) =>
      rowOf(kind, columns, Array.isArray(row.cells) ? row.cells : [], memberOf(row.object, 'metadata')),
    );
  const items = Array.isArray(answer.items) ? listOf(answer.items) : [answer];
  return items.map(({ metadata }) => rowOf(kind, columns, [memberOf(metadata, 'name'), ''], metadata));
}

function rowOf(
  kind: Mapping,
  columns: readonly Column[],
  values: readonly unknown[],
  metadata: unknown,
): Row {
  const cells = values.map(cellText);
  const name = textOf(memberOf(metadata, 'name')) || (cells[0] ?? '');
  const namespace = textOf(memberOf(metadata, 'namespace'));
  const uid = textOf(memberOf(metadata, 'uid'));
  const isLeaving = memberOf(metadata, 'deletionTimestamp') !== undefined;
  return {
    key: uid || `${namespace}/${name}`,
    cells,
    health: healthOf(
      kind.resource,
      (column) => cells[columns.findIndex((c) => c.name === column)],
      isLeaving,
    ),
    labels: (memberOf(metadata, 'labels') as Record<string, string> | undefined) ?? {},
    owners: listOf(memberOf(metadata, 'ownerReferences')).map((owner) => textOf(owner.uid)),
    created: Date.parse(textOf(memberOf(metadata, 'creationTimestamp'))),
    ref: { kind, namespace, name, uid },
  };
}
