// One text for how an object fares, of the columns that its kind has. Pure.
import type { Column, Row } from './rows.ts';

/** Without a column of that name a count of what is ready. */
export function statusOf(row: Row, columns: readonly Column[]): string {
  const cell = (name: string) => row.cells[columns.findIndex((one) => one.name === name)];
  const ready = cell('READY');
  const wanted = cell('DESIRED');
  const count = ready === undefined ? '' : `${ready}${wanted === undefined ? '' : `/${wanted}`} ready`;
  const restarts = cell('RESTARTS');
  return [cell('STATUS'), count, restarts && restarts !== '0' ? `${restarts} restarts` : '']
    .filter(Boolean)
    .join(', ');
}
