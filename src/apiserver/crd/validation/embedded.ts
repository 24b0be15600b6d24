// Embedded resources (x-kubernetes-embedded-resource) are objects of some kind: they need apiVersion and kind, and their
// metadata must be valid. Called for custom objects and for defaults in schemas.
// Upstream: apiextensions-apiserver/pkg/apiserver/schema/objectmeta/validation.go.

import { inspect } from '../../../api/codec/decode.ts';
import { ObjectMeta } from '../../../api/meta/v1/object-meta.ts';
import { isObject, type JsonObject } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { complaints, type FieldError, invalid, required } from '../../../api/validation/field.ts';
import { isDNS1035Label } from '../../../api/validation/names.ts';
import { segmentName, validateObjectMeta } from '../../../api/validation/object-meta.ts';
import { addAll } from '../../../kit/lists.ts';
import { own } from '../../../kit/own.ts';

/** The errors of all embedded resources within a value. The path of an object is empty. */
export function embeddedErrors(value: unknown, schema: JsonSchema, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  if (hasEmbedded(schema)) visit(value, schema, path, errors);
  return errors;
}

const known = new WeakMap<JsonSchema, boolean>();

/** Most schemas have none: then no object is looked through. */
function hasEmbedded(schema: JsonSchema): boolean {
  let found = known.get(schema);
  if (found === undefined) {
    const { properties = {}, items, additionalProperties: more } = schema;
    const parts = [...Object.values(properties), items, typeof more === 'object' ? more : undefined];
    found = schema['x-kubernetes-embedded-resource'] === true || parts.some((one) => one && hasEmbedded(one));
    known.set(schema, found);
  }
  return found;
}

function visit(value: unknown, schema: JsonSchema | undefined, path: string, errors: FieldError[]): void {
  if (!schema || !hasEmbedded(schema)) return;
  if (Array.isArray(value))
    for (const [i, one] of value.entries()) visit(one, schema.items, `${path}[${i}]`, errors);
  if (!isObject(value)) return;
  if (schema['x-kubernetes-embedded-resource']) addAll(errors, resourceErrors(value, path));
  const { properties = {}, additionalProperties: more } = schema;
  for (const [key, one] of Object.entries(value)) {
    const property = own(properties, key);
    if (property) visit(one, property, path ? `${path}.${key}` : key, errors);
    else if (typeof more === 'object') visit(one, more, `${path}[${key}]`, errors);
  }
}

function resourceErrors(resource: JsonObject, path: string): FieldError[] {
  const at = (key: string) => (path ? `${path}.${key}` : key);
  const { apiVersion, kind, metadata } = resource;
  return [
    ...(apiVersion === undefined
      ? [required(at('apiVersion'))]
      : apiVersionErrors(apiVersion, at('apiVersion'))),
    ...(kind === undefined ? [required(at('kind'))] : kindErrors(kind, at('kind'))),
    ...(isObject(metadata) ? metadataErrors(metadata, at('metadata')) : []),
  ];
}

function apiVersionErrors(value: unknown, path: string): FieldError[] {
  if (typeof value !== 'string') return [invalid(path, value, 'must be a string')];
  if (value === '') return [invalid(path, value, 'must not be empty')];
  return value.split('/').length > 2
    ? [invalid(path, value, `unexpected GroupVersion string: ${value}`)]
    : [];
}

function kindErrors(value: unknown, path: string): FieldError[] {
  if (typeof value !== 'string') return [invalid(path, value, 'must be a string')];
  if (value === '') return [invalid(path, value, 'must not be empty')];
  const texts = isDNS1035Label(value.toLowerCase());
  const why = `may have mixed case, but should otherwise match: ${texts.join(',')}`;
  return texts.length > 0 ? complaints(path, value, [why]) : [];
}

/** Embedded resources need no name: their users may give them one. */
function metadataErrors(metadata: JsonObject, path: string): FieldError[] {
  const { object, problem } = inspect(ObjectMeta, metadata);
  if (problem !== undefined) return [invalid(path, metadata, problem)];
  const meta = object as ObjectMeta;
  const named = { ...meta, name: meta.name || 'fakename' };
  return validateObjectMeta(named, Boolean(meta.namespace), segmentName, path);
}
