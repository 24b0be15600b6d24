// The columns and rows of a view, made of its tables: of one kind as the server shows it, of several for the pulse page and trees.
// Pure.
import { groupResourceOf, type Mapping } from '../../../kubectl/discovery/served.ts';
import { filterOf } from './filter.ts';
import type { Health } from './health.ts';
import { type Column, NO_TABLE, type Row, type Table } from './rows.ts';
import { sorted } from './sort.ts';
import type { State, TableView } from './state.ts';
import { statusOf } from './status.ts';
import { treeRows } from './tree.ts';

export interface Composed {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** What the terms of a view besides its tables come from. */
type Surroundings = Pick<State, 'forwards' | 'contexts' | 'kinds'>;

export const column = (name: string, isAge = false): Column => ({ name, priority: 0, isAge });

export function rowsIn(view: TableView, surroundings: Surroundings): Composed {
  const { source, tables } = view;
  switch (source.type) {
    case 'kind': {
      const table = tables[groupResourceOf(source.kind)] ?? NO_TABLE;
      const rows = [...table.rows.values()];
      const { owner } = source;
      return {
        columns: table.columns,
        rows: owner ? rows.filter(({ owners }) => owners.includes(owner)) : rows,
      };
    }
    case 'containers':
      return { columns: tables.pods?.columns ?? [], rows: [...(tables.pods?.rows.values() ?? [])] };
    case 'pulse':
      return pulse(tables);
    case 'tree':
      return { columns: TREE, rows: treeRows(source.kind, tables) };
    case 'forwards':
      return { columns: FORWARDS, rows: surroundings.forwards.map(forwardRow) };
    case 'contexts':
      return { columns: CONTEXTS, rows: surroundings.contexts.map(contextRow) };
    case 'kinds':
      return { columns: KINDS, rows: surroundings.kinds.map(kindRow) };
  }
}

const TREE = [column('NAME'), column('STATUS'), column('AGE', true)];
const FORWARDS = ['OBJECT', 'PORTS', 'STATE'].map((name) => column(name));
const CONTEXTS = ['CONTEXT', 'CLUSTER', 'USER', 'CURRENT'].map((name) => column(name));
const KINDS = ['NAME', 'SHORTNAMES', 'APIVERSION', 'NAMESPACED', 'KIND'].map((name) => column(name));
const PULSE = ['KIND', 'NAMESPACE', 'NAME', 'STATUS'].map((name) => column(name)).concat(column('AGE', true));

const plainRow = (key: string, cells: readonly string[], health: Health = 'none'): Row => ({
  key,
  cells,
  health,
  labels: {},
  owners: [],
  created: Number.NaN,
});

const forwardRow = ({ id, ref, ports, state, failed }: State['forwards'][number]): Row =>
  plainRow(
    String(id),
    [`${ref.namespace}/${ref.kind.singular}/${ref.name}`, ports, state],
    failed ? 'bad' : 'good',
  );

const contextRow = ({ name, cluster, user, current }: State['contexts'][number]): Row =>
  plainRow(name, [name, cluster, user, current ? '*' : ''], current ? 'good' : 'none');

const kindRow = (kind: Mapping): Row => {
  const { group, version, resource, shortNames, namespaced } = kind;
  const name = groupResourceOf(kind);
  const cells = [resource, shortNames.join(','), group ? `${group}/${version}` : version, String(namespaced)];
  return plainRow(name, [...cells, kind.kind]);
};

/** Warnings on the pulse page, the latest. */
const MOST_WARNINGS = 50;

function pulse(tables: Readonly<Record<string, Table>>): Composed {
  const rows: Row[] = [];
  for (const health of ['bad', 'busy'] as const)
    for (const [key, table] of Object.entries(tables))
      if (key !== 'events')
        for (const row of table.rows.values())
          if (row.health === health)
            rows.push({ ...row, cells: pulseCells(row, statusOf(row, table.columns)) });
  const events = [...(tables.events?.rows.values() ?? [])].sort((a, b) => b.created - a.created);
  for (const row of events.slice(0, MOST_WARNINGS))
    rows.push({ ...row, cells: warningCells(row, tables.events!.columns) });
  return { columns: PULSE, rows };
}

const pulseCells = ({ ref }: Row, status: string): string[] => [
  ref?.kind.singular ?? '',
  ref?.namespace ?? '',
  ref?.name ?? '',
  status,
  '',
];

function warningCells(row: Row, columns: readonly Column[]): string[] {
  const cell = (name: string) => row.cells[columns.findIndex((one) => one.name === name)] ?? '';
  return ['warning', row.ref?.namespace ?? '', cell('OBJECT'), `${cell('REASON')}: ${cell('MESSAGE')}`, ''];
}

/** How many of each kind fare how, in the order of the tables. */
export function countsOf(tables: Readonly<Record<string, Table>>): {
  readonly kind: string;
  readonly counts: Readonly<Record<Health, number>>;
  readonly problem: string;
}[] {
  return Object.entries(tables)
    .filter(([key]) => key !== 'events')
    .map(([key, { rows, state, problem }]) => {
      const counts = { good: 0, busy: 0, bad: 0, done: 0, none: 0 };
      for (const { health } of rows.values()) counts[health]++;
      return { kind: key.split('.')[0]!, counts, problem: state === 'refused' ? problem : '' };
    });
}

interface Remembered {
  readonly view: TableView;
  readonly surroundings: Surroundings;
  readonly composed: Composed;
}

/** By the tables of a view: sorting ten thousand rows at each redraw would take longer than drawing. */
const remembered = new WeakMap<object, Remembered>();

/** The rows that are shown, in their order. */
export function visibleRows(view: TableView, surroundings: Surroundings): Composed {
  const before = remembered.get(view.tables);
  if (before && isSameQuestion(before, view, surroundings)) return before.composed;
  const { columns, rows } = rowsIn(view, surroundings);
  const { matches } = filterOf(view.filter);
  const kept = rows.filter((row) => (!view.faults || isFault(row)) && matches(row));
  const isOrdered = !view.sort && (view.source.type === 'pulse' || view.source.type === 'tree');
  const composed = { columns, rows: isOrdered ? kept : sorted(kept, columns, view.sort) };
  remembered.set(view.tables, { view, surroundings, composed });
  return composed;
}

const isFault = ({ health }: Row): boolean => health === 'bad' || health === 'busy';

const isSameQuestion = (before: Remembered, view: TableView, { forwards, contexts, kinds }: Surroundings) =>
  before.view.id === view.id &&
  before.view.source === view.source &&
  before.view.filter === view.filter &&
  before.view.sort === view.sort &&
  before.view.faults === view.faults &&
  before.surroundings.forwards === forwards &&
  before.surroundings.contexts === contexts &&
  before.surroundings.kinds === kinds;
