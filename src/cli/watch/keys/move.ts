// The cursor of a table: which row it is on, and which rows are on the screen. Pure.
import { visibleRows } from '../model/compose.ts';
import type { Row } from '../model/rows.ts';
import type { State, TableView } from '../model/state.ts';

/** Lines of the screen that are no rows: header, title, column names, last line. */
export const headerHeight = (height: number): number => (height >= 18 ? 5 : 1);

export const bodyHeight = ({ height }: Pick<State, 'height'>): number =>
  Math.max(1, height - headerHeight(height) - 2);

/** Rows of a table: one line is for the names of the columns. */
export const rowsHeight = (state: Pick<State, 'height'>): number => Math.max(1, bodyHeight(state) - 1);

/** Where the cursor is; -1 without rows. Of a row that is gone the place stays. */
export function cursorIndex(view: TableView, rows: readonly Row[]): number {
  if (rows.length === 0) return -1;
  const here = rows[view.at];
  if (here?.key === view.cursor || view.cursor === undefined) return Math.min(view.at, rows.length - 1);
  const found = rows.findIndex(({ key }) => key === view.cursor);
  return found >= 0 ? found : Math.min(view.at, rows.length - 1);
}

/** The first row on the screen so that the cursor is on it. */
export function topOf(top: number, cursor: number, count: number, height: number): number {
  const last = Math.max(0, count - height);
  return Math.max(0, Math.min(Math.max(Math.min(top, cursor), cursor - height + 1), last));
}

export function moved(state: State, view: TableView, by: number): TableView {
  const { rows } = visibleRows(view, state);
  const from = cursorIndex(view, rows);
  const at = Math.max(0, Math.min(rows.length - 1, from + by));
  const top = topOf(view.top, at, rows.length, rowsHeight(state));
  const cursor = rows[at]?.key;
  return { ...view, at, top, ...(cursor !== undefined && { cursor }) };
}

/** The marked rows that are still there, or else the one under the cursor. */
export function chosenRows(state: State, view: TableView): readonly Row[] {
  const { rows } = visibleRows(view, state);
  const marked = rows.filter(({ key }) => view.marks.has(key));
  if (marked.length > 0) return marked;
  const row = rows[cursorIndex(view, rows)];
  return row ? [row] : [];
}

export function rowUnderCursor(state: State, view: TableView): Row | undefined {
  const { rows } = visibleRows(view, state);
  return rows[cursorIndex(view, rows)];
}
