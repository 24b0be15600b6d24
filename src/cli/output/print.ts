// How commands show what they found: a table for people, JSON or YAML for programs.

import { largest } from '../../kit/lists.ts';

export type Format = 'table' | 'json' | 'yaml';

export interface Column<T> {
  readonly title: string;
  readonly cell: (row: T) => string;
}

/** Columns padded to their widest cell, three spaces apart, as kubectl prints them. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[]): string {
  const cells = [columns.map((c) => c.title), ...rows.map((row) => columns.map((c) => c.cell(row)))];
  const widths = columns.map((_, i) => largest(cells.map((line) => line[i]!.length)));
  return cells
    .map((line) =>
      line.map((cell, i) => (i === line.length - 1 ? cell : cell.padEnd(widths[i]! + 3))).join(''),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join('');
}

export async function print<T>(
  format: Format,
  rows: readonly T[],
  columns: readonly Column<T>[],
  whole: unknown = rows,
): Promise<void> {
  process.stdout.write(await render(format, rows, columns, whole));
}

export async function render<T>(
  format: Format,
  rows: readonly T[],
  columns: readonly Column<T>[],
  whole: unknown,
): Promise<string> {
  if (format === 'json') return `${JSON.stringify(whole, undefined, 2)}\n`;
  if (format === 'yaml') return (await import('js-yaml')).dump(whole);
  return table(rows, columns);
}
