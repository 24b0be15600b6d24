// The type that a schema demands of a value. Called by validate.ts.
// Upstream: kube-openapi/pkg/validation/validate/type.go. Where a schema has a format, the error names it instead of the type.
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { error, type Report } from './errors.ts';
import { isKnownFormat } from './formats.ts';

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value === 'bigint' ? 'integer' : typeof value;
}

/** The format that decoded JSON has by itself. */
const ownFormat: Readonly<Record<string, string>> = { integer: 'int64', number: 'double' };

/** Gives 2 if the type is right, 1 if it is not, 0 if any type is right. */
export function checkType(schema: JsonSchema, value: unknown, path: string, report: Report): number {
  const is = typeName(value);
  if (schema['x-kubernetes-int-or-string']) {
    if (is === 'integer' || is === 'string') return 2;
    report(mistyped(path, is, 'integer,string'));
    return 1;
  }
  const { type, format } = schema;
  if (!type) return 0;
  if (type === is || (type === 'number' && is === 'integer')) return 2;
  const byFormat =
    is !== 'null' && is !== 'string' && is !== 'array' && format && isKnownFormat(format, type);
  report(byFormat ? mistyped(path, ownFormat[is] ?? '', format) : mistyped(path, is, type));
  return 1;
}

const mistyped = (path: string, is: string, wanted: string) => () =>
  error(
    'FieldValueTypeInvalid',
    path,
    `Invalid value: "${is}": ${path} in body must be of type ${wanted}: "${is}"`,
  );
