// File paths inside objects: what may be mounted, and where files of a volume may be placed.
import { type FieldError, invalid } from './field.ts';

const backsteps = (path: string, value = ''): FieldError[] =>
  value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];

export const validatePathNoBacksteps = backsteps;

export function validateLocalDescendingPath(path: string, value = ''): FieldError[] {
  const relative = value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : [];
  return [...relative, ...backsteps(path, value)];
}

/** Relative, and not in the way of the links by which volumes are updated. */
export function validateLocalNonReservedPath(path: string, value = ''): FieldError[] {
  const errors = validateLocalDescendingPath(path, value);
  if (value.startsWith('..') && !value.startsWith('../'))
    errors.push(invalid(path, value, "must not start with '..'"));
  return errors;
}

export const validateFileMode = (path: string, mode: number | undefined): FieldError[] =>
  mode !== undefined && (mode < 0 || mode > 0o777)
    ? [invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')]
    : [];
