// Objects below those that own them, as rows with branches in front of their names. Pure.
import { groupResourceOf, type Mapping } from '../../../kubectl/discovery/served.ts';
import type { Row, Table } from './rows.ts';
import { statusOf } from './status.ts';

/** Owners of owners, at most. */
const DEEPEST = 8;

export function treeRows(top: Mapping, tables: Readonly<Record<string, Table>>): Row[] {
  const roots = tables[groupResourceOf(top)];
  if (!roots) return [];
  const children = new Map<string, { row: Row; table: Table }[]>();
  for (const table of Object.values(tables))
    for (const row of table.rows.values())
      for (const owner of row.owners) {
        const known = children.get(owner);
        if (known) known.push({ row, table });
        else children.set(owner, [{ row, table }]);
      }
  const rows: Row[] = [];
  const add = (row: Row, table: Table, first: string, further: string, depth: number) => {
    const { kind, name = '' } = row.ref ?? {};
    const place = depth === 0 && row.ref?.namespace ? `${row.ref.namespace}/` : '';
    rows.push({
      ...row,
      cells: [`${first}${kind?.singular ?? ''}/${place}${name}`, statusOf(row, table.columns), ''],
    });
    if (depth >= DEEPEST) return;
    const below = (children.get(row.ref?.uid ?? '') ?? []).sort(byName);
    for (const [i, child] of below.entries()) {
      const isLast = i === below.length - 1;
      add(
        child.row,
        child.table,
        `${further}${isLast ? '└─ ' : '├─ '}`,
        `${further}${isLast ? '   ' : '│  '}`,
        depth + 1,
      );
    }
  };
  for (const row of [...roots.rows.values()].sort((a, b) => byName({ row: a }, { row: b })))
    add(row, roots, '', '', 0);
  return rows;
}

const placeOf = ({ ref }: Row): string =>
  `${ref?.kind.resource ?? ''}/${ref?.namespace ?? ''}/${ref?.name ?? ''}`;

const byName = (a: { row: Row }, b: { row: Row }): number => {
  const [first, second] = [placeOf(a.row), placeOf(b.row)];
  return first < second ? -1 : first > second ? 1 : 0;
};
