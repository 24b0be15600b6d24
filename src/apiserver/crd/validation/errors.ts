// How errors of validation are worded and reported. Used by validate.ts and scalars.ts.
import { isObject } from '../../../api/patch/json.ts';
import type { FieldError } from '../../../api/status/status-error.ts';
import type { ValidationRun } from './validation-run.ts';

/** Receives a function that words the error: nobody reads the errors of the alternatives of anyOf. */
export type Report = (of: (run: ValidationRun) => FieldError) => void;

export const error = (type: FieldError['type'], field: string, message: string): FieldError => ({
  type,
  field,
  message,
});

/** Go writes the keys of a map in their order. */
const sortedKeys = (_: string, value: unknown): unknown =>
  isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value;

export function shown(value: unknown, run: ValidationRun): string {
  const text = JSON.stringify(value, sortedKeys) ?? 'null';
  run.spendText(text.length);
  return text;
}

export const bad =
  (path: string, value: unknown, rule: string) =>
  (run: ValidationRun): FieldError =>
    error('FieldValueInvalid', path, `Invalid value: ${shown(value, run)}: ${path} in body ${rule}`);
