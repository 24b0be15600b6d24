// Where the API's own rules meet the registry: defaults, canonical form and validation of built-in and custom kinds.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { FieldError } from '../../api/status/status-error.ts';
import type { AnyObject } from './strategy.ts';

export function defaulted(_kind: AnyResource, _object: AnyObject): void {}

export function validateNew(kind: AnyResource, object: AnyObject): FieldError[] {
  return object.metadata.name
    ? []
    : [
        {
          type: 'FieldValueRequired',
          field: 'metadata.name',
          message: 'Required value: name or generateName is required',
        },
      ].map((error) => ({ ...error, type: 'FieldValueRequired' as const, kind: kind.name }));
}

export function validateChanged(_kind: AnyResource, _object: AnyObject, _old: AnyObject): FieldError[] {
  return [];
}
