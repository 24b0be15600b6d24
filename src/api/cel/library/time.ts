// Parts of timestamps and durations. Time zones are names of the IANA database, or offsets like +02:00.

import { type Duration, floorDivide, type Timestamp } from '../values/time.ts';
import { CelError, type Result } from '../values/value.ts';
import { type Library, memberFunction, type Overload } from './declare.ts';

const million = 1_000_000n;

/** A date whose UTC parts are the local ones of the time zone. */
function dateIn(timestamp: Timestamp, zone: string): Date | CelError {
  const milliseconds = Number(floorDivide(timestamp.nanoseconds, million));
  const offset = zone === 'UTC' || zone === '' ? 0 : offsetOf(zone, milliseconds);
  return offset instanceof CelError ? offset : new Date(milliseconds + offset);
}

const offsets = /^([+-]?)(\d{1,2}):(\d\d)$/;

function offsetOf(zone: string, milliseconds: number): number | CelError {
  const match = zone.length > 64 ? null : offsets.exec(zone);
  if (match !== null) {
    const minutes = Number(match[2]) * 60 + Number(match[3]);
    if (Number(match[2]) > 23 || Number(match[3]) > 59)
      return new CelError(`timezone offset out of range: ${zone}`);
    return (match[1] === '-' ? -1 : 1) * minutes * 60_000;
  }
  const format = formatOf(zone);
  if (format instanceof CelError) return format;
  const part = (type: string): number => Number(parts.find((p) => p.type === type)?.value ?? 0);
  const parts = format.formatToParts(new Date(milliseconds));
  const whole = Math.floor(milliseconds / 1000) * 1000;
  const local = new Date(0);
  const era = parts.find((p) => p.type === 'era')?.value ?? 'AD';
  local.setUTCFullYear(era.startsWith('B') ? 1 - part('year') : part('year'), part('month') - 1, part('day'));
  local.setUTCHours(part('hour'), part('minute'), part('second'), 0);
  return local.getTime() - whole;
}

const formats = new Map<string, Intl.DateTimeFormat | CelError>();

function formatOf(zone: string): Intl.DateTimeFormat | CelError {
  let format = formats.get(zone);
  if (format !== undefined) return format;
  try {
    if (zone.length > 64) throw new Error();
    const parts = {
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    } as const;
    format = new Intl.DateTimeFormat('en-US', { timeZone: zone, hourCycle: 'h23', ...parts });
  } catch {
    format = new CelError(`unknown time zone ${zone}`);
  }
  if (formats.size >= 100) formats.clear();
  formats.set(zone, format);
  return format;
}

function dayOfYear(date: Date): number {
  const start = new Date(date);
  start.setUTCMonth(0, 1);
  return Math.round((date.getTime() - start.getTime()) / 86_400_000);
}

function part(name: string, id: string, read: (date: Date) => number): Overload[] {
  const run = (timestamp: Timestamp, zone = 'UTC'): Result => {
    const date = dateIn(timestamp, zone);
    return date instanceof CelError ? date : BigInt(read(date));
  };
  return [
    memberFunction(name, id, 'timestamp -> int', (timestamp: Timestamp) => run(timestamp)),
    memberFunction(name, `${id}_with_tz`, 'timestamp, string -> int', run),
  ];
}

const whole = (name: string, id: string, unit: bigint): Overload =>
  memberFunction(name, id, 'duration -> int', (duration: Duration) => duration.nanoseconds / unit);

export const timeLibrary: Library = [
  ...part('getFullYear', 'timestamp_to_year', (date) => date.getUTCFullYear()),
  ...part('getMonth', 'timestamp_to_month', (date) => date.getUTCMonth()),
  ...part('getDayOfYear', 'timestamp_to_day_of_year', dayOfYear),
  ...part('getDayOfMonth', 'timestamp_to_day_of_month', (date) => date.getUTCDate() - 1),
  ...part('getDate', 'timestamp_to_day_of_month_1_based', (date) => date.getUTCDate()),
  ...part('getDayOfWeek', 'timestamp_to_day_of_week', (date) => date.getUTCDay()),
  ...part('getHours', 'timestamp_to_hours', (date) => date.getUTCHours()),
  ...part('getMinutes', 'timestamp_to_minutes', (date) => date.getUTCMinutes()),
  ...part('getSeconds', 'timestamp_to_seconds', (date) => date.getUTCSeconds()),
  ...part('getMilliseconds', 'timestamp_to_milliseconds', (date) => date.getUTCMilliseconds()),
  whole('getHours', 'duration_to_hours', 3_600_000_000_000n),
  whole('getMinutes', 'duration_to_minutes', 60_000_000_000n),
  whole('getSeconds', 'duration_to_seconds', 1_000_000_000n),
  memberFunction(
    'getMilliseconds',
    'duration_to_milliseconds',
    'duration -> int',
    (duration: Duration) => (duration.nanoseconds / million) % 1000n,
  ),
];
