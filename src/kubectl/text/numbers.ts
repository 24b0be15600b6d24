// Numbers in words of the command line, with the errors of Go's strconv. Pure; called by the generators.
import { goQuote } from './quote.ts';

const whole = /^[+-]?[0-9]+$/;

/** strconv.Atoi. */
export function atoi(text: string): number {
  if (!whole.test(text)) throw new Error(`strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw new Error(`strconv.Atoi: parsing ${goQuote(text)}: value out of range`);
  return value;
}

/** A port of 16 bits; zero is allowed. */
export function parsePort(text: string): number {
  const failed = (why: string): Error => new Error(`strconv.ParseUint: parsing ${goQuote(text)}: ${why}`);
  if (!/^[0-9]+$/.test(text)) throw failed('invalid syntax');
  const value = Number(text);
  if (value > 65535) throw failed('value out of range');
  return value;
}

/** intstr.Parse: a number of 32 bits, otherwise the text itself. */
export function intOrString(text: string): number | string {
  if (!whole.test(text)) return text;
  const value = Number(text);
  return value >= -(2 ** 31) && value < 2 ** 31 ? value : text;
}
