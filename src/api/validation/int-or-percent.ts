// Numbers that may also be percentages, such as maxSurge.
import { complaints, type FieldError, invalid } from './field.ts';
import { isPercent } from './names.ts';

type Value = number | string | undefined;

export function validatePositiveIntOrPercent(path: string, value: Value): FieldError[] {
  if (value === undefined) return [];
  if (typeof value === 'string') return complaints(path, value, isPercent(value));
  return value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];
}

export const isZero = (value: Value): boolean =>
  value === undefined || value === 0 || (typeof value === 'string' && Number.parseInt(value, 10) === 0);

export const notMoreThan100Percent = (path: string, value: Value): FieldError[] =>
  typeof value === 'string' && isPercent(value).length === 0 && Number.parseInt(value, 10) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];
