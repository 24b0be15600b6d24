// Validates file paths in objects: mount paths, and paths of files in volumes.
import { type FieldError, invalid } from './field.ts';

const backsteps = (path: string, value = ''): FieldError[] =>
  value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];

export const validatePathNoBacksteps = backsteps;

export function validateLocalDescendingPath(path: string, value = ''): FieldError[] {
  const relative = value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : [];
  return [...relative, ...backsteps(path, value)];
}

/** A relative path that does not collide with the symbolic links by which volumes are updated. */
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
