// Where the API's own rules meet the registry: defaults, canonical form and validation of built-in and custom kinds.
import { normalize } from '../../api/codec/normalize.ts';
import { applyDefaults } from '../../api/defaults/apply-defaults.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { FieldError } from '../../api/status/status-error.ts';
import type { AnyObject } from './strategy.ts';

/** Fills what was left out, in place. */
export function defaulted(kind: AnyResource, object: AnyObject): void {
  applyDefaults(kind, object);
}

export function validateNew(_kind: AnyResource, object: AnyObject): FieldError[] {
  if (object.metadata.name) return [];
  return [
    {
      type: 'FieldValueRequired',
      field: 'metadata.name',
      message: 'Required value: name or generateName is required',
    },
  ];
}

export function validateChanged(_kind: AnyResource, _object: AnyObject, _old: AnyObject): FieldError[] {
  return [];
}

/** The form in which an object is kept and answered. */
export const stored = (kind: AnyResource, object: AnyObject): AnyObject => normalize(kind, object);
