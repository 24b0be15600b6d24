// Values as Go's fmt prints them: `%v` and `%#v` of decoded JSON. Called by the formats whose output is Go's: jsonpath,
// custom-columns, go-template, tables.
import { goQuote } from '../../text/quote.ts';
import { isMap } from '../printer.ts';

/** strconv.FormatFloat(value, 'g', -1, 64). */
export function floatText(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(value);
  const size = String(Math.abs(power)).padStart(2, '0');
  return `${mantissa}e${power < 0 ? '-' : '+'}${size}`;
}

/** Whether Go would have decoded the number as an integer; those beyond 2^53 are bigint. */
export const isInteger = (value: unknown): value is number | bigint =>
  typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));

export const numberText = (value: number | bigint): string =>
  isInteger(value) ? BigInt(value).toString() : floatText(value);

/** Keys in the order of their bytes. */
export const sortedKeys = (map: object): string[] => Object.keys(map).sort();

/** fmt.Sprint of one value. */
export function goText(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  if (Array.isArray(value)) return `[${value.map(goText).join(' ')}]`;
  if (isMap(value))
    return `map[${sortedKeys(value)
      .map((key) => `${key}:${goText(value[key])}`)
      .join(' ')}]`;
  return String(value);
}

/** `%#v` of one value. */
export function goSyntax(value: unknown): string {
  if (value === null || value === undefined) return 'interface {}(nil)';
  if (typeof value === 'string') return goQuote(value);
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(', ')}}`;
  if (isMap(value)) {
    const members = sortedKeys(value).map((key) => `${goQuote(key)}:${goSyntax(value[key])}`);
    return `map[string]interface {}{${members.join(', ')}}`;
  }
  return goText(value);
}

const _hex = (code: number, width: number) => code.toString(16).padStart(width, '0');

/** The name of a value's type, as `%T` prints it. */
export function goType(value: unknown): string {
  if (value === null || value === undefined) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (Array.isArray(value)) return '[]interface {}';
  if (isInteger(value)) return 'int64';
  return typeof value === 'number' ? 'float64' : 'map[string]interface {}';
}
