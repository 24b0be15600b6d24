// The server's columns as columns of the page's table: ages go on by themselves, words that tell a state are marked, numbers and
// quantities sort as such.

import { type Cell, type ColumnDefinition, type Row, textOf } from '../../api/table-rows.ts';
import { ageText } from '../../pieces/age.ts';
import { Badge } from '../../pieces/small.tsx';
import { naturalKey, type SortKey } from '../../pieces/table-order.ts';
import { toneOf } from '../../pieces/tones.ts';
import type { TableColumn } from '../../pieces/virtual-table.tsx';

/** Words in these columns are states. */
const STATES = new Set(['status', 'phase', 'ready', 'type', 'reason', 'state']);
const MOST_WIDTH = 44;
const SAMPLE = 200;

export interface ListColumns {
  readonly columns: TableColumn<Row>[];
}

export function listColumns(
  definitions: readonly ColumnDefinition[],
  rows: readonly Row[],
  options: { readonly namespaces: boolean; readonly wide: boolean; readonly now: () => number },
): TableColumn<Row>[] {
  const sample = rows.slice(0, SAMPLE);
  const columns: TableColumn<Row>[] = [];
  for (const [i, definition] of definitions.entries()) {
    if ((definition.priority ?? 0) > 0 && !options.wide) continue;
    columns.push(column(definition, i, sample, options.now));
    if (i === 0 && options.namespaces) columns.push(namespaceColumn(sample));
  }
  return columns;
}

const namespaceColumn = (sample: readonly Row[]): TableColumn<Row> => ({
  id: 'namespace',
  title: 'Namespace',
  cell: ({ namespace }) => <span class="dim">{namespace}</span>,
  sortKey: ({ namespace }) => namespace,
  width: widthOf(
    'Namespace',
    sample.map(({ namespace }) => namespace),
  ),
  narrow: true,
});

function column(
  definition: ColumnDefinition,
  at: number,
  sample: readonly Row[],
  now: () => number,
): TableColumn<Row> {
  const { name, description, type } = definition;
  const id = name.toLowerCase().replaceAll(' ', '-');
  const isAge = name === 'Age' || type === 'date';
  const title = name;
  const hint = description ? { hint: description } : {};
  if (isAge && name === 'Age')
    return {
      id,
      title,
      ...hint,
      cell: ({ created }) => <time title={new Date(created).toISOString()}>{ageText(created, now())}</time>,
      sortKey: ({ created }) => -created,
      width: 8,
      narrow: true,
    };
  const text = (row: Row) => textOf(row.cells[at]);
  const numeric = type === 'integer' || type === 'number';
  const isState = at > 0 && STATES.has(id);
  return {
    id,
    title,
    ...hint,
    numeric,
    cell: (row) => {
      const shown = text(row);
      const tone = isState ? toneOf(shown) : undefined;
      if (tone) return <Badge tone={tone}>{shown}</Badge>;
      return shown === '<none>' || shown === '' ? (
        <span class="faint">–</span>
      ) : (
        <span title={shown}>{shown}</span>
      );
    },
    sortKey: (row) => sortKeyOf(row.cells[at]),
    width: widthOf(title, sample.map(text)),
    narrow: isState,
  };
}

function widthOf(title: string, texts: readonly string[]): number {
  let most = title.length + 2;
  for (const { length } of texts) if (length > most) most = length;
  return Math.min(MOST_WIDTH, most);
}

export function sortKeyOf(cell: Cell): SortKey {
  if (typeof cell === 'number') return cell;
  const text = textOf(cell);
  // `3 (5m ago)`, `12`
  const digits = /^\d{1,15}(?= |$)/.exec(text);
  return digits ? Number(digits[0]) : naturalKey(text);
}
