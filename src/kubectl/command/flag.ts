// The flags of a command as data, with pflag's types: how a text is read, what the help shows. Verbs list them in `flags`; the parser
// of parse.ts reads them. A value's type follows from the constructor.
import { durationMs } from '../../api/meta/v1/duration.ts';

export interface Flag<T> {
  /** pflag's name of the type; the help quotes the default of a `string`. */
  readonly type: string;
  readonly usage: string;
  /** The value when the flag is not given. */
  readonly initial: T;
  /** The default as the help shows it. */
  readonly shown: string;
  /** One letter. */
  readonly short?: string;
  /** What `--flag` without `=value` means; a flag that has this never takes the next word. */
  readonly withoutValue?: string;
  readonly hidden?: boolean;
  /** Printed when it is given: `Flag --x has been deprecated, …`. */
  readonly deprecated?: string;
  readonly shortDeprecated?: string;
  readonly required?: boolean;
  /** The value once `text` is given; `before` is what was given earlier on the same line. Throws an Error in strconv's words. */
  read(text: string, before: T | undefined): T;
}

export type Flags = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<F extends Flags> = {
  -readonly [K in keyof F]: F[K] extends Flag<infer T> ? T : never;
};

export type FlagOptions = Partial<
  Pick<
    Flag<unknown>,
    'short' | 'withoutValue' | 'hidden' | 'deprecated' | 'shortDeprecated' | 'required' | 'shown' | 'type'
  >
>;

export const stringFlag = (initial: string, usage: string, options: FlagOptions = {}): Flag<string> => ({
  type: 'string',
  usage,
  initial,
  shown: initial,
  read: (text) => text,
  ...options,
});

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['0', 'f', 'F', 'false', 'FALSE', 'False']);

export const boolFlag = (initial: boolean, usage: string, options: FlagOptions = {}): Flag<boolean> => ({
  type: 'bool',
  usage,
  initial,
  shown: String(initial),
  withoutValue: 'true',
  read: (text) => {
    if (TRUE.has(text)) return true;
    if (FALSE.has(text)) return false;
    throw new Error(`strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`);
  },
  ...options,
});

/** Of 64 bits unless said otherwise; decimal, 0x…, 0o…, 0b…. */
export const intFlag = (
  initial: number,
  usage: string,
  { bits = 64, ...options }: FlagOptions & { bits?: 16 | 32 | 64 } = {},
): Flag<number> => ({
  type: `int${bits}`,
  usage,
  initial,
  shown: String(initial),
  read: (text) => {
    const failed = (why: string) => new Error(`strconv.ParseInt: parsing ${JSON.stringify(text)}: ${why}`);
    const digits = /^[+-]?(?:0[xX][0-9a-fA-F]+|0[oO]?[0-7]+|0[bB][01]+|[0-9]+)$/.exec(text)?.[0];
    if (digits === undefined || digits.length > 70) throw failed('invalid syntax');
    const negative = digits.startsWith('-');
    const plain = digits.replace(/^[+-]/, '');
    const value = BigInt(/^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain) * (negative ? -1n : 1n);
    const limit = 2n ** BigInt(bits - 1);
    if (value >= limit || value < -limit) throw failed('value out of range');
    return Number(value);
  },
  ...options,
});

/** In milliseconds; given as Go's durations (1m30s). `shown` is Go's text of the default, such as 0s. */
export const durationFlag = (
  initial: number,
  shown: string,
  usage: string,
  options: FlagOptions = {},
): Flag<number> => ({
  type: 'duration',
  usage,
  initial,
  shown,
  read: (text) => {
    const ms = durationMs(text);
    if (ms !== undefined) return ms;
    const missing = /^[+-]?[0-9.]+$/.test(text) ? 'missing unit in duration' : 'invalid duration';
    throw new Error(`time: ${missing} ${JSON.stringify(text)}`);
  },
  ...options,
});

/** Each `--flag value` adds one, commas and all. */
export const stringArrayFlag = (
  usage: string,
  options: FlagOptions & { initial?: readonly string[] } = {},
): Flag<readonly string[]> => {
  const { initial = [], ...rest } = options;
  return {
    type: 'stringArray',
    usage,
    initial,
    shown: `[${initial.join(',')}]`,
    read: (text, before = []) => [...before, text],
    ...rest,
  };
};

/** Each `--flag a,b` adds those between its commas; a part may be quoted as in a CSV file. */
export const stringSliceFlag = (
  usage: string,
  options: FlagOptions & { initial?: readonly string[] } = {},
): Flag<readonly string[]> => ({
  ...stringArrayFlag(usage, { type: 'stringSlice', ...options }),
  read: (text, before = []) => [...before, ...csvOf(text)],
});

/** One line of CSV as encoding/csv reads it. */
function csvOf(text: string): string[] {
  if (text === '') return [];
  const out: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      let part = '';
      for (at++; ; at++) {
        if (at >= text.length)
          throw new Error(`parse error on line 1, column ${at + 1}: extraneous or missing " in quoted-field`);
        if (text[at] !== '"') part += text[at];
        else if (text[at + 1] === '"') part += text[at++];
        else break;
      }
      out.push(part);
      at++;
      if (at < text.length && text[at] !== ',')
        throw new Error(`parse error on line 1, column ${at + 1}: extraneous or missing " in quoted-field`);
    } else {
      const comma = text.indexOf(',', at);
      const part = text.slice(at, comma < 0 ? text.length : comma);
      if (part.includes('"'))
        throw new Error(
          `parse error on line 1, column ${at + part.indexOf('"') + 1}: bare " in non-quoted-field`,
        );
      out.push(part);
      at += part.length;
    }
    if (at >= text.length) return out;
    at++;
  }
}
