// Points in time as Go reads and writes them: `time` has whole seconds, `micro-time` exactly six decimals, both end in Z.
// conform.ts calls these for every field of those types; texts already in that form pass after one test.

const settledTime = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/;
const settledMicro =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{6}Z$/;

export class MomentError extends Error {}

/** Throws MomentError in the words of Go's time.Parse. */
export function canonicalTime(text: string): string {
  if (settledTime.test(text)) return text;
  return `${utc(text, steps, '2006-01-02T15:04:05Z07:00').slice(0, 19)}Z`;
}

export function canonicalMicroTime(text: string): string {
  if (settledMicro.test(text)) return text;
  const fraction = /\.(\d{6})/.exec(text)?.[1] ?? '000000';
  return `${utc(text, microSteps, '2006-01-02T15:04:05.000000Z07:00').slice(0, 19)}.${fraction}Z`;
}

type Steps = readonly (readonly [RegExp, string])[];
const steps: Steps = [
  [/^\d{4}/, '2006'],
  [/^-/, '-'],
  [/^\d\d/, '01'],
  [/^-/, '-'],
  [/^\d\d/, '02'],
  [/^T/, 'T'],
  [/^\d\d/, '15'],
  [/^:/, ':'],
  [/^\d\d/, '04'],
  [/^:/, ':'],
  [/^\d\d(?:[.,]\d+)?/, '05'],
  [/^(?:Z|[+-]\d\d:\d\d)/, 'Z07:00'],
];
const microSteps: Steps = [
  ...steps.slice(0, 10),
  [/^\d\d/, '05'],
  [/^\.\d{6}(?!\d)/, '.000000'],
  ...steps.slice(11),
];

/** The same moment in UTC as `YYYY-MM-DDTHH:MM:SS…`. */
function utc(text: string, layoutSteps: Steps, layout: string): string {
  let rest = text;
  for (const [shape, element] of layoutSteps) {
    const match = shape.exec(rest);
    if (!match)
      throw new MomentError(`parsing time "${text}" as "${layout}": cannot parse "${rest}" as "${element}"`);
    rest = rest.slice(match[0].length);
  }
  if (rest) throw new MomentError(`parsing time "${text}": extra text: "${rest}"`);
  const whole = new Date(text.replace(/[.,]\d+/, ''));
  const day = Number(text.slice(8, 10));
  const daysInMonth = new Date(Date.UTC(Number(text.slice(0, 4)), Number(text.slice(5, 7)), 0)).getUTCDate();
  if (Number.isNaN(whole.getTime()) || day > daysInMonth)
    throw new MomentError(`parsing time "${text}": ${rangeProblem(text)} out of range`);
  return whole.toISOString();
}

function rangeProblem(text: string): string {
  const month = Number(text.slice(5, 7));
  if (month < 1 || month > 12) return 'month';
  if (Number(text.slice(11, 13)) > 23) return 'hour';
  if (Number(text.slice(14, 16)) > 59) return 'minute';
  if (Number(text.slice(17, 19)) > 59) return 'second';
  return 'day';
}
