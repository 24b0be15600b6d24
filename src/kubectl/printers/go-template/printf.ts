// fmt.Sprintf for decoded JSON. A verb that does not suit its value, a missing and a superfluous value are shown as Go shows them.
import { goQuote } from '../../text/quote.ts';
import { floatText, goSyntax, goText, goType, isInteger } from '../go-values/text.ts';

interface Spec {
  readonly flags: string;
  readonly width?: number;
  readonly precision?: number;
}

/** A text as wide as a template asks for is refused beyond this, as in Go. */
const WIDEST = 1_000_000;

const SPEC = /^([-+# 0]*)((?:[1-9][0-9]*)?)(?:(\.)([0-9]*))?/;

export function printf(format: string, values: readonly unknown[]): string {
  let text = '';
  let used = 0;
  let at = 0;
  for (;;) {
    const percent = format.indexOf('%', at);
    if (percent < 0) break;
    text += format.slice(at, percent);
    const [whole, flags = '', width = '', dot, precision = ''] = SPEC.exec(
      format.slice(percent + 1, percent + 40),
    )!;
    const verb = String.fromCodePoint(format.codePointAt(percent + 1 + whole.length) ?? 0);
    at = percent + 1 + whole.length + verb.length;
    if (at > format.length) {
      text += '%!(NOVERB)';
      break;
    }
    const spec: Spec = {
      flags,
      ...(width !== '' && { width: Math.min(Number(width), WIDEST) }),
      ...(dot && { precision: Math.min(Number(precision || '0'), WIDEST) }),
    };
    if (verb === '%') text += '%';
    else if (used >= values.length) text += `%!${verb}(MISSING)`;
    else text += formatted(verb, values[used++], spec);
  }
  text += format.slice(at);
  if (used >= values.length) return text;
  const extra = values
    .slice(used)
    .map((value) => (value == null ? '<nil>' : `${goType(value)}=${goText(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function formatted(verb: string, value: unknown, spec: Spec): string {
  if (verb === 'T') return padded(goType(value), spec);
  if (verb === 'v') return padded(spec.flags.includes('#') ? goSyntax(value) : general(value, spec), spec);
  if (Array.isArray(value)) return `[${value.map((item) => formatted(verb, item, spec)).join(' ')}]`;
  const text = byKind(verb, value, spec);
  if (text === undefined)
    return `%!${verb}(${value == null ? '<nil>' : `${goType(value)}=${goText(value)}`})`;
  return padded(text, spec, isInteger(value) || typeof value === 'number');
}

const general = (value: unknown, spec: Spec) =>
  typeof value === 'string' && spec.precision !== undefined
    ? [...value].slice(0, spec.precision).join('')
    : goText(value);

function byKind(verb: string, value: unknown, spec: Spec): string | undefined {
  if (typeof value === 'string') return ofText(verb, value, spec);
  if (typeof value === 'boolean') return verb === 't' ? String(value) : undefined;
  if (isInteger(value)) return ofInteger(verb, BigInt(value), spec);
  return typeof value === 'number' ? ofFloat(verb, value, spec) : undefined;
}

function ofText(verb: string, value: string, { precision }: Spec): string | undefined {
  const text = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 's':
      return text;
    case 'q':
      return goQuote(text);
    case 'x':
      return Buffer.from(text).toString('hex');
    case 'X':
      return Buffer.from(text).toString('hex').toUpperCase();
    default:
      return undefined;
  }
}

const BASES: Readonly<Record<string, readonly [number, string]>> = {
  d: [10, ''],
  b: [2, '0b'],
  o: [8, '0'],
  x: [16, '0x'],
  X: [16, '0X'],
};

function ofInteger(verb: string, value: bigint, { flags }: Spec): string | undefined {
  const base = BASES[verb];
  const code = Number(value);
  if (base) {
    const digits = (value < 0n ? -value : value).toString(base[0]);
    const shown = verb === 'X' ? digits.toUpperCase() : digits;
    return `${signOf(value < 0n, flags)}${flags.includes('#') ? base[1] : ''}${shown}`;
  }
  const isCharacter = code >= 0 && code <= 0x10ffff;
  if (verb === 'c') return isCharacter ? String.fromCodePoint(code) : '\uFFFD';
  if (verb === 'q') return `'${isCharacter ? String.fromCodePoint(code) : '\uFFFD'}'`;
  return verb === 'U' ? `U+${value.toString(16).toUpperCase().padStart(4, '0')}` : undefined;
}

const signOf = (isNegative: boolean, flags: string) =>
  isNegative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';

function ofFloat(verb: string, value: number, { precision, flags }: Spec): string | undefined {
  const magnitude = Math.abs(value);
  const sign = signOf(value < 0, flags);
  const places = Math.min(precision ?? 6, 100);
  switch (verb) {
    case 'f':
    case 'F':
      return sign + magnitude.toFixed(places);
    case 'e':
    case 'E': {
      const text = magnitude.toExponential(places).replace(/e([-+])([0-9])$/, 'e$10$2');
      return sign + (verb === 'E' ? text.toUpperCase() : text);
    }
    case 'g':
    case 'G':
      return (
        sign +
        floatText(precision === undefined ? magnitude : Number(magnitude.toPrecision(Math.max(1, places))))
      );
    default:
      return undefined;
  }
}

function padded(text: string, { width = 0, flags }: Spec, isNumber = false): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.includes('-')) return text + ' '.repeat(missing);
  if (!flags.includes('0')) return ' '.repeat(missing) + text;
  const hasSign = isNumber && /^[-+ ]/.test(text);
  return hasSign ? text.charAt(0) + '0'.repeat(missing) + text.slice(1) : '0'.repeat(missing) + text;
}
