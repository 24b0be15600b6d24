// Cron schedules: five fields with names, lists, ranges and steps, or an @ shorthand, in a time zone; or @every and a duration.
// Pure.
import { durationMs } from '../../api/meta/v1/duration.ts';
import { own } from '../../kit/own.ts';

interface Field {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FIELDS: readonly Field[] = [
  { min: 0, max: 59 },
  { min: 0, max: 23 },
  { min: 1, max: 31 },
  { min: 1, max: 12, names: ['', ...MONTHS] },
  { min: 0, max: 6, names: DAYS },
];
const SHORTHANDS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** How far a next time is searched: a schedule such as 30 February has none. */
const HORIZON = 5 * 366 * DAY;

export interface Schedule {
  /** The first scheduled time after `from`, in milliseconds; undefined when there is none in five years. */
  next(from: number): number | undefined;
  /** The last scheduled time after `since` and not after `until`. */
  latest(since: number, until: number): number | undefined;
}

const EVERY = '@every ';

/** Throws when the schedule or the time zone is invalid. */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  if (text.startsWith(EVERY)) return every(text);
  const parts = (own(SHORTHANDS, text.trim()) ?? text.trim()).split(/\s+/);
  if (parts.length !== 5) throw new Error(`expected exactly 5 fields, found ${parts.length}: [${text}]`);
  const sets = parts.map((part, i) => parseField(part, FIELDS[i]!));
  const [minutes, hours, days, months, weekdays] = sets as [Values, Values, Values, Values, Values];
  const localOf = zoneClock(timeZone);
  const dayMatches = (local: Pick<Local, 'day' | 'month' | 'weekday'>) => {
    if (!months.values.has(local.month)) return false;
    const day = days.values.has(local.day);
    const weekday = weekdays.values.has(local.weekday);
    // If day of month and day of week are both restricted, either may match; otherwise both must.
    return days.any || weekdays.any ? day && weekday : day || weekday;
  };
  /** Days until the calendar has one that matches, counted without the time zone's clock, which takes microseconds. */
  const daysTo = ({ year, month, day }: Local, step: 1 | -1): number => {
    for (let days = 1; days <= HORIZON / DAY; days++) {
      const date = new Date(Date.UTC(year, month - 1, day + step * days));
      const [on, of, weekday] = [date.getUTCDate(), date.getUTCMonth() + 1, date.getUTCDay()];
      if (dayMatches({ day: on, month: of, weekday })) return days;
    }
    return Number.POSITIVE_INFINITY;
  };
  const search = (from: number, end: number, step: 1 | -1): number | undefined => {
    for (let at = from; step > 0 ? at <= end : at > end; ) {
      const local = localOf(at);
      if (!dayMatches(local)) {
        // On to the next local day that matches; near its start an hour at a time, as daylight saving time may begin or end.
        const left =
          step > 0 ? (23 - local.hour) * 60 + 60 - local.minute : local.hour * 60 + local.minute + 1;
        const minutesLeft = left + (daysTo(local, step) - 1) * (DAY / MINUTE);
        at += step * Math.max(1, minutesLeft > 240 ? minutesLeft - 180 : minutesLeft) * MINUTE;
      } else if (!hours.values.has(local.hour)) {
        at += step * (step > 0 ? 60 - local.minute : local.minute + 1) * MINUTE;
      } else if (!minutes.values.has(local.minute)) at += step * MINUTE;
      else return at;
    }
    return undefined;
  };
  return {
    next: (from) => search(Math.floor(from / MINUTE) * MINUTE + MINUTE, from + HORIZON, 1),
    latest: (since, until) =>
      search(Math.floor(until / MINUTE) * MINUTE, Math.max(since, until - HORIZON), -1),
  };
}

/** Counts from the time that it is given: that of the last job, or of the creation of the cron job. In whole seconds. */
function every(text: string): Schedule {
  const duration = durationMs(text.slice(EVERY.length));
  if (duration === undefined) throw new Error(`failed to parse duration ${text}`);
  const period = Math.max(1, Math.floor(duration / SECOND)) * SECOND;
  const whole = (at: number) => Math.floor(at / SECOND) * SECOND;
  return {
    next: (from) => whole(from) + period,
    latest: (since, until) => {
      const count = Math.floor((until - whole(since)) / period);
      return count > 0 ? whole(since) + count * period : undefined;
    },
  };
}

interface Values {
  readonly values: ReadonlySet<number>;
  /** Written as * or ?: matches every value. */
  readonly any: boolean;
}

function parseField(text: string, field: Field): Values {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    if (step !== undefined && !/^[1-9]\d*$/.test(step)) throw new Error(`invalid step: ${part}`);
    const [from, to] = bounds(range, field, step !== undefined);
    for (let i = from; i <= to; i += Number(step ?? 1)) values.add(i);
  }
  return { values, any: /^[*?](\/1)?$/.test(text) };
}

function bounds(range: string, field: Field, stepped: boolean): [number, number] {
  if (range === '*' || range === '?') return [field.min, field.max];
  const [first = '', last] = range.split('-');
  const from = numberOf(first, field);
  const to = last === undefined ? (stepped ? field.max : from) : numberOf(last, field);
  if (to < from) throw new Error(`beginning of range (${from}) beyond end of range (${to}): ${range}`);
  return [from, to];
}

function numberOf(text: string, field: Field): number {
  const named = text === '' ? -1 : (field.names?.indexOf(text.toLowerCase()) ?? -1);
  const value = named >= 0 ? named : Number(text);
  if (text === '' || !Number.isInteger(value)) throw new Error(`failed to parse int from ${text}`);
  // Sunday may be written as 7.
  const folded = field.max === 6 && value === 7 ? 0 : value;
  if (folded < field.min || folded > field.max)
    throw new Error(`value out of range (${field.min} - ${field.max}): ${text}`);
  return folded;
}

interface Local {
  readonly year: number;
  readonly minute: number;
  readonly hour: number;
  readonly day: number;
  readonly month: number;
  readonly weekday: number;
}

/** Local date and time in a time zone. */
function zoneClock(timeZone: string): (at: number) => Local {
  // Factory is the zone of machines that were never told where they are.
  if (['UTC', 'Etc/UTC', 'Factory'].includes(timeZone))
    return (at) => {
      const date = new Date(at);
      return {
        minute: date.getUTCMinutes(),
        hour: date.getUTCHours(),
        day: date.getUTCDate(),
        year: date.getUTCFullYear(),
        month: date.getUTCMonth() + 1,
        weekday: date.getUTCDay(),
      };
    };
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    minute: 'numeric',
    hour: 'numeric',
    day: 'numeric',
    year: 'numeric',
    month: 'numeric',
    weekday: 'short',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
    return {
      minute: number('minute'),
      hour: number('hour'),
      day: number('day'),
      year: number('year'),
      month: number('month'),
      weekday: DAYS.indexOf((parts.get('weekday') ?? '').toLowerCase()),
    };
  };
}
