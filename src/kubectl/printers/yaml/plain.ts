// Which strings YAML 1.1 would read as something else when they stand without quotes. Called for each string that is written.
// Upstream: resolve.go of go.yaml.in/yaml/v2.

const WORDS = new Set(
  ['y Y yes Yes YES true True TRUE on On ON n N no No NO false False FALSE off Off OFF ~ null Null NULL']
    .concat(['.nan .NaN .NAN .inf .Inf .INF +.inf +.Inf +.INF -.inf -.Inf -.INF'])
    .flatMap((words) => words.split(' ')),
);

/** Whether a reader takes the bare text for a string. */
export function isPlainString(text: string): boolean {
  if (text === '' || WORDS.has(text)) return false;
  const first = text.charAt(0);
  if (first === '.') return !/^\.[0-9]+(?:[eE][-+]?[0-9]+)?$/.test(text);
  if (!/[-+0-9]/.test(first)) return true;
  return !isTimestamp(text) && !isNumber(text.replaceAll('_', '')) && !isBase60(text);
}

const DATE = /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(.*)$/;
const TIME = /^[Tt ]([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?$/;

export function isTimestamp(text: string): boolean {
  const date = DATE.exec(text);
  if (!date) return false;
  const [, year, month, day, rest] = date;
  if (!isDay(Number(year), Number(month), Number(day))) return false;
  if (rest === '') return true;
  const time = TIME.exec(rest!);
  if (!time) return false;
  const [, hour, minute, second, zone] = time;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return false;
  return rest!.startsWith(' ') === (zone === undefined);
}

function isDay(year: number, month: number, day: number): boolean {
  return month >= 1 && month <= 12 && day >= 1 && day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const OTHER_BASE = /^[-+]?0(?:[xX][0-9a-fA-F]+|[oO][0-7]+|[bB][01]+)$/;

function isNumber(text: string): boolean {
  if (FLOAT.test(text)) return Number.isFinite(Number(text));
  if (!OTHER_BASE.test(text)) return false;
  const magnitude = BigInt(text.replace(/^[-+]/, '').toLowerCase());
  return text.startsWith('-') ? magnitude <= 2n ** 63n : magnitude < 2n ** (text.startsWith('+') ? 63n : 64n);
}

/** Numbers such as 1:30, which older readers take for 90. */
const isBase60 = (text: string): boolean => /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text);
