// Value validation of strings and numbers. Called by validate.ts.
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { matchesPattern } from '../patterns.ts';
import { bad, error, type Report } from './errors.ts';
import { fits, isKnownFormat } from './formats.ts';
import type { ValidationRun } from './validation-run.ts';

/** Characters as Go counts them: a pair of surrogates is one. */
function lengthOf(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xd800) length--;
  return length;
}

export function checkText(
  schema: JsonSchema,
  value: string,
  path: string,
  report: Report,
  run: ValidationRun,
): number {
  const { minLength, maxLength, pattern, format } = schema;
  run.spendText(value.length);
  const length = lengthOf(value);
  if (maxLength !== undefined && length > maxLength)
    report(() => error('FieldValueTooLong', path, `Too long: may not be more than ${maxLength} bytes`));
  if (minLength !== undefined && length < minLength)
    report(bad(path, value, `should be at least ${minLength} chars long`));
  if (pattern && !matchesPattern(pattern, value, run.spendMatch))
    report(bad(path, value, `should match '${pattern}'`));
  if (format && !fits(format, value))
    report(bad(path, value, `must be of type ${format}: ${JSON.stringify(value)}`));
  return format && isKnownFormat(format, 'string') ? 2 : 1;
}

export function checkNumber(
  schema: JsonSchema,
  value: number | bigint,
  path: string,
  report: Report,
): number {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  if (minimum !== undefined && (exclusiveMinimum ? value <= minimum : value < minimum))
    report(bad(path, value, `should be greater than${exclusiveMinimum ? '' : ' or equal to'} ${minimum}`));
  if (maximum !== undefined && (exclusiveMaximum ? value >= maximum : value > maximum))
    report(bad(path, value, `should be less than${exclusiveMaximum ? '' : ' or equal to'} ${maximum}`));
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    report(bad(path, value, `should be a multiple of ${multipleOf}`));
  return 2;
}

function isMultiple(value: number | bigint, of: number): boolean {
  if (typeof value === 'bigint' && Number.isInteger(of)) return value % BigInt(of) === 0n;
  const times = Number(value) / of;
  return Math.abs(times - Math.round(times)) <= 1e-9;
}
