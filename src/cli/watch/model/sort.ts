// The order of rows by a column: numbers, times, quantities and counts by what they say, everything else as text. Pure.
import type { Column, Row } from './rows.ts';

export interface Sort {
  readonly column: string;
  readonly descending: boolean;
}

export function sorted(rows: readonly Row[], columns: readonly Column[], sort: Sort | undefined): Row[] {
  if (!sort) return rows.toSorted(byName);
  const at = columns.findIndex(({ name }) => name === sort.column);
  const isAge = columns[at]?.isAge ?? false;
  const sign = sort.descending ? -1 : 1;
  const keys = new Map(rows.map((row) => [row, keyOf(row, at, isAge, sort.column)]));
  return rows.toSorted((a, b) => sign * compare(keys.get(a)!, keys.get(b)!) || byName(a, b));
}

interface Key {
  readonly number: number;
  readonly text: string;
}

const less = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function byName(a: Row, b: Row): number {
  const [first, second] = [a.ref, b.ref];
  if (!first || !second) return 0;
  return less(first.namespace, second.namespace) || less(first.name, second.name);
}

/** What is a number comes first. */
function compare(a: Key, b: Key): number {
  const isNumber = !Number.isNaN(a.number);
  if (isNumber !== !Number.isNaN(b.number)) return isNumber ? -1 : 1;
  return isNumber ? a.number - b.number : less(a.text, b.text);
}

function keyOf(row: Row, at: number, isAge: boolean, column: string): Key {
  if (column === 'NAMESPACE') return { number: Number.NaN, text: row.ref?.namespace ?? '' };
  // The youngest first, as a small age is.
  if (isAge) return { number: -row.created, text: '' };
  const text = row.cells[at] ?? '';
  return { number: numberOf(text), text };
}

const UNITS: Readonly<Record<string, number>> = {
  ...{ s: 1, h: 3600, d: 86_400, y: 31_536_000 },
  ...{ Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, Ti: 2 ** 40, Pi: 2 ** 50 },
  ...{ k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15, '%': 1 },
};

/** `12`, `3/5`, `7m30s`, `128Mi`, `250m`, `4 (2m ago)`; NaN for anything else. */
export function numberOf(text: string): number {
  const [word = ''] = text.split(' ', 1);
  if (!(word[0]! >= '0' && word[0]! <= '9') || word.length > 30) return Number.NaN;
  const [have, wanted, more] = word.split('/');
  if (wanted !== undefined && more === undefined) return Number(have) + Number(wanted) / 1e6;
  const isTime = /^(?:\d+[ydhms])+$/.test(word) && !/^\d+m$/.test(word);
  let total = 0;
  for (const [, digits, unit = ''] of word.matchAll(/(\d+(?:\.\d+)?)([A-Za-z%]*)/g)) {
    const factor = unit === '' ? 1 : unit === 'm' ? (isTime ? 60 : 0.001) : UNITS[unit];
    if (factor === undefined) return Number.NaN;
    total += Number(digits) * factor;
  }
  return /^[\d.A-Za-z%]+$/.test(word) ? total : Number.NaN;
}
