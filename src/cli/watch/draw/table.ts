// A table as lines: names of columns, then the rows that are on the screen. Pure.
import { humanDuration } from '../../../api/columns/printer.ts';
import { cursorIndex, rowsHeight, topOf } from '../keys/move.ts';
import { hasNamespaces } from '../keys/table-keys.ts';
import { type Composed, visibleRows } from '../model/compose.ts';
import type { Health } from '../model/health.ts';
import type { Column, Row } from '../model/rows.ts';
import type { State, TableView } from '../model/state.ts';
import { widthOf } from '../text/graphemes.ts';
import { fitted, type Line, layOut, type Span, type Style, span } from '../text/line.ts';

const STYLES: Readonly<Record<Health, Style>> = {
  good: 'plain',
  none: 'plain',
  busy: 'busy',
  bad: 'bad',
  done: 'done',
};

const GAP = 2;
/** What a column may take of the screen, unless it is the last one. */
const WIDEST = 0.5;
const AGE_WIDTH = 7;

interface Shown {
  readonly title: string;
  readonly width: number;
  cell(row: Row): string;
}

/** As many lines as the body has. */
export function tableLines(state: State, view: TableView, now: number): Line[] {
  const { width } = state;
  const composed = visibleRows(view, state);
  const { rows } = composed;
  const height = rowsHeight(state);
  const cursor = cursorIndex(view, rows);
  const top = topOf(view.top, cursor, rows.length, height);
  const columns = shownColumns(view, composed, width, now);
  const header = columns.map(({ title, width: taken }) =>
    span(inColumn(sortMark(view, title), taken), 'header'),
  );
  const lines = [layOut([span('  ', 'header'), ...header], width)];
  for (const [i, row] of rows.slice(top, top + height).entries())
    lines.push(rowLine(view, row, columns, top + i === cursor, width));
  if (rows.length === 0)
    for (const text of emptyTexts(view)) lines.push(layOut([span(`  ${text}`, 'dim')], width));
  while (lines.length < height + 1) lines.push(layOut([], width));
  return lines.slice(0, height + 1);
}

const sortMark = ({ sort }: TableView, title: string): string =>
  sort?.column === title ? `${title}${sort.descending ? '↓' : '↑'}` : title;

function rowLine(
  { marks }: TableView,
  row: Row,
  columns: readonly Shown[],
  isUnderCursor: boolean,
  width: number,
): Line {
  const isMarked = marks.has(row.key);
  const own = isMarked ? 'mark' : STYLES[row.health];
  const style: Style = isUnderCursor ? (row.health === 'bad' ? 'cursor-bad' : 'cursor') : own;
  const cells = columns.map((one) => inColumn(one.cell(row), one.width)).join('');
  return layOut([span(isMarked ? '✓ ' : '  ', style), span(cells, style)], width, style);
}

const inColumn = (text: string, width: number): string => fitted(text, width - GAP) + ' '.repeat(GAP);

/** Which cells are shown, and how wide. */
function shownColumns(view: TableView, { columns, rows }: Composed, width: number, now: number): Shown[] {
  const widths = widthsOf(columns, rows);
  const shown: Shown[] = [];
  const most = Math.max(12, Math.floor(width * WIDEST));
  if (hasNamespaces(view)) {
    const longest = widths.namespace;
    const cell = ({ ref }: Row) => ref?.namespace ?? '';
    shown.push({ title: 'NAMESPACE', width: Math.min(most, longest) + GAP, cell });
  }
  for (const [i, column] of columns.entries()) {
    if (column.priority > 0 && !view.wide) continue;
    const cell = (row: Row) => (column.isAge ? ageOf(row, i, now) : (row.cells[i] ?? ''));
    shown.push({ title: column.name, width: Math.min(most, widths.cells[i]!) + GAP, cell });
  }
  return withLastOne(shown, width);
}

/** What is left of the line. */
function withLastOne(shown: Shown[], width: number): Shown[] {
  const last = shown.at(-1);
  if (!last) return shown;
  const before = shown.slice(0, -1).reduce((sum, one) => sum + one.width, 2);
  return [...shown.slice(0, -1), { ...last, width: Math.max(last.width, width - before) }];
}

/** The server says it when the object changes; meanwhile it grows. */
const ageOf = (row: Row, i: number, now: number): string =>
  Number.isNaN(row.created) ? (row.cells[i] ?? '') : humanDuration(Math.max(0, now - row.created));

interface Widths {
  readonly namespace: number;
  readonly cells: readonly number[];
}

/** Of all rows, so that nothing moves while one scrolls. */
const known = new WeakMap<readonly Row[], Widths>();

function widthsOf(columns: readonly Column[], rows: readonly Row[]): Widths {
  const before = known.get(rows);
  if (before?.cells.length === columns.length) return before;
  // One more than the name for the mark of the order.
  const cells = columns.map(({ name, isAge }) => Math.max(name.length + 1, isAge ? AGE_WIDTH : 0));
  let namespace = 'NAMESPACE'.length + 1;
  for (const row of rows) {
    const place = row.ref?.namespace.length ?? 0;
    if (place > namespace) namespace = place;
    for (let i = 0; i < cells.length; i++) {
      const text = row.cells[i] ?? '';
      // A text is never wider than twice its code units.
      if (text.length * 2 > cells[i]! && !columns[i]!.isAge) cells[i] = Math.max(cells[i]!, widthOf(text));
    }
  }
  const widths = { namespace, cells };
  known.set(rows, widths);
  return widths;
}

function emptyTexts({ tables, source, filter, faults }: TableView): readonly string[] {
  const all = Object.entries(tables);
  const refused = all.filter(([, { state }]) => state === 'refused');
  if (refused.length > 0) return refused.map(([key, { problem }]) => `${key}: ${problem}`);
  const lost = all.find(([, { state }]) => state === 'lost');
  if (lost) return [`the server does not answer: ${lost[1].problem}`];
  if (source.type === 'forwards') return ['none: press F on a pod, service or deployment'];
  if (source.type === 'contexts' || source.type === 'kinds') return [];
  if (all.length === 0 || all.some(([, { state }]) => state === 'loading')) return ['loading …'];
  if (filter !== '' || faults) return ['nothing matches'];
  return source.type === 'pulse' ? ['all is well'] : ['none found'];
}

/** Milliseconds until a shown age changes; undefined when none does. */
export function nextAgeChange(state: State, view: TableView, now: number): number | undefined {
  const { columns, rows } = visibleRows(view, state);
  if (!columns.some(({ isAge }) => isAge)) return undefined;
  const shown = rows.slice(view.top, view.top + rowsHeight(state));
  let youngest = Number.POSITIVE_INFINITY;
  for (const { created } of shown) if (now - created < youngest) youngest = now - created;
  if (youngest === Number.POSITIVE_INFINITY) return undefined;
  // Seconds are shown up to ten minutes.
  return youngest < 600_000 ? 1_000 : 60_000;
}

/** Spans of keys with what they do. */
export const hint = (key: string, label: string): Span[] => [
  span(`<${key}>`, 'key'),
  span(` ${label}`, 'dim'),
];
