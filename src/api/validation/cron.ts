// Validates cron schedules of five fields, @hourly, @every 5m and so on, with the error messages of upstream's parser.

const bounds: readonly (readonly [number, number, ReadonlyMap<string, number>])[] = [
  [0, 59, new Map()],
  [0, 23, new Map()],
  [1, 31, new Map()],
  [1, 12, names('jan feb mar apr may jun jul aug sep oct nov dec', 1)],
  [0, 6, names('sun mon tue wed thu fri sat', 0)],
];

function names(list: string, first: number): ReadonlyMap<string, number> {
  return new Map(list.split(' ').map((name, i) => [name, i + first]));
}

const descriptors = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly'];

/** Characters; upstream has no limit. All 60 minutes, 24 hours, 31 days, 12 months and 7 days, listed one by one, are 500. */
const LONGEST_SCHEDULE = 4_096;

/** The error message, or undefined for a valid schedule. */
export function cronComplaint(schedule: string): string | undefined {
  if (schedule.length > LONGEST_SCHEDULE) return `schedule is longer than ${LONGEST_SCHEDULE} characters`;
  if (withoutZone(schedule).startsWith('@')) return descriptorComplaint(withoutZone(schedule));
  const fields = withoutZone(schedule).trim().split(/\s+/).filter(Boolean);
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(' ')}]`;
  for (const [i, field] of fields.entries()) {
    const complaint = fieldComplaint(field, i);
    if (complaint) return complaint;
  }
  return undefined;
}

/** A time zone in front of the fields is understood, and refused by the rules of CronJobs. */
const withoutZone = (schedule: string): string => schedule.replace(/^(?:CRON_)?TZ=\S* /, '');

function descriptorComplaint(schedule: string): string | undefined {
  if (descriptors.includes(schedule)) return undefined;
  if (!schedule.startsWith('@every ')) return `unrecognized descriptor: ${schedule}`;
  const duration = schedule.slice('@every '.length);
  return /^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(duration)
    ? undefined
    : `failed to parse duration ${schedule}: time: invalid duration ${JSON.stringify(duration)}`;
}

function fieldComplaint(field: string, index: number): string | undefined {
  return field
    .split(',')
    .map((expression) => rangeComplaint(expression, index))
    .find((complaint) => complaint !== undefined);
}

function rangeComplaint(expression: string, index: number): string | undefined {
  const [least, most, words] = bounds[index]!;
  const [range = '', step, ...more] = expression.split('/');
  const [low = '', high, ...others] = range.split('-');
  if (others.length > 0) return `too many hyphens: ${expression}`;
  if (more.length > 0) return `too many slashes: ${expression}`;
  const numberOf = (text: string) =>
    words.get(text.toLowerCase()) ?? (/^\d+$/.test(text) ? Number(text) : undefined);
  const any = low === '*' || low === '?';
  const start = any ? least : numberOf(low);
  if (start === undefined) return parseFailure(low);
  const end = any ? most : high === undefined ? (step === undefined ? start : most) : numberOf(high);
  if (end === undefined) return parseFailure(high ?? '');
  if (step !== undefined && !/^\d+$/.test(step)) return parseFailure(step);
  if (start < least) return `beginning of range (${start}) below minimum (${least}): ${expression}`;
  if (end > most) return `end of range (${end}) above maximum (${most}): ${expression}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${expression}`;
  if (step === '0') return `step of range should be a positive number: ${expression}`;
  return undefined;
}

const parseFailure = (text: string) =>
  `failed to parse int from ${text}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`;
