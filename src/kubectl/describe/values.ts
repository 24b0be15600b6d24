// Values in descriptions: times, ages, texts of what is missing, lists. Pure.
import { humanDuration } from '../../api/columns/printer.ts';
import { canonicalQuantity } from '../../api/quantity/quantity.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const two = (value: number) => String(value).padStart(2, '0');

function zoneOf(date: Date): string {
  const minutes = -date.getTimezoneOffset();
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}${two(size % 60)}`;
}

const clockOf = (date: Date) => `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;

/** RFC 1123 in the local zone; Go's zero time when there is none. */
export function timeText(time: string | null | undefined): string {
  if (!time) return 'Mon, 01 Jan 0001 00:00:00 +0000';
  const date = new Date(time);
  const day = `${two(date.getDate())} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  return `${DAYS[date.getDay()]}, ${day} ${clockOf(date)} ${zoneOf(date)}`;
}

/** As Go's Time.String(), with the zone's name. */
export function plainTimeText(time: string | null | undefined): string {
  if (!time) return '0001-01-01 00:00:00 +0000 UTC';
  const date = new Date(time);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const parts = new Intl.DateTimeFormat('en-US', { timeZoneName: 'short' }).formatToParts(date);
  const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? 'UTC';
  return `${day} ${clockOf(date)} ${zoneOf(date)} ${name}`;
}

export const ageText = (time: string | null | undefined, now: number): string =>
  time ? humanDuration(now - Date.parse(time)) : '<unknown>';

export const orNone = (text: string | undefined): string => text || '<none>';
export const orUnset = (value: string | number | undefined | null): string =>
  value === undefined || value === null ? '<unset>' : String(value);

/** Go's `%v` of a list of texts. */
export const listText = (list: readonly string[] | undefined): string => `[${(list ?? []).join(' ')}]`;

export const truthText = (value: boolean): string => (value ? 'True' : 'False');
export const truthOrUnset = (value: boolean | undefined): string =>
  value === undefined ? '<unset>' : truthText(value);

/** A quantity as the server would write it; 0 when it is missing. */
export function quantityText(text: string | number | undefined): string {
  try {
    return canonicalQuantity(String(text ?? '0'));
  } catch {
    return String(text);
  }
}

/** Each key with its value, in order. */
export const sortedEntries = <T>(map: Readonly<Record<string, T>> | undefined): [string, T][] =>
  Object.entries(map ?? {}).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));

export const byKey =
  <T>(keyOf: (item: T) => string) =>
  (a: T, b: T): number => {
    const [x, y] = [keyOf(a), keyOf(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
