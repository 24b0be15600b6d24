// Checks that follow from the definitions: required fields, and values of enums. They are all there is for kinds
// without rules of their own, and for parts of other kinds that need no more.
import type { AnyField, StructType, Type } from '../schema/notation.ts';
import { type FieldError, notSupported, required } from './field.ts';

export function validateStructure(type: StructType, value: unknown, path = ''): FieldError[] {
  const errors: FieldError[] = [];
  checkStruct(type, value, path, errors);
  return errors;
}

const APART: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata', 'status']);

function checkStruct(type: StructType, value: unknown, path: string, errors: FieldError[]): void {
  const object = (value ?? {}) as Record<string, unknown>;
  for (const name in type.fields) {
    // metadata is validated separately; status is not validated on create.
    if (path === '' && APART.has(name)) continue;
    checkField(type.fields[name]!, object[name], path === '' ? name : `${path}.${name}`, errors);
  }
}

function checkField(field: AnyField, value: unknown, path: string, errors: FieldError[]): void {
  if (field.required && isMissing(field, value)) errors.push(required(path));
  else if (field.required && field.type.is === 'struct') checkStruct(field.type, value, path, errors);
  else if (value !== undefined && value !== null && value !== '') checkValue(field, value, path, errors);
}

/** Go's types, and so protobuf, know no difference between none and empty, except for pointers. */
function isMissing({ type, emit, mayBeEmpty }: AnyField, value: unknown): boolean {
  const isAbsent = value === undefined || value === null;
  if (emit === 'if-set') return isAbsent || value === '';
  switch (type.is) {
    case 'struct':
    case 'boolean':
    case 'int32':
    case 'int64':
    case 'double':
      return false;
    case 'list':
    case 'map':
      return !mayBeEmpty && Object.keys(value ?? {}).length === 0;
    default:
      return isAbsent || value === '';
  }
}

function checkValue(field: AnyField, value: unknown, path: string, errors: FieldError[]): void {
  if (field.enum && typeof value === 'string' && !field.enum.includes(value))
    errors.push(notSupported(path, value, field.enum));
  checkType(field.type, value, path, errors);
}

function checkType(type: Type, value: unknown, path: string, errors: FieldError[]): void {
  if (type.is === 'struct') checkStruct(type, value, path, errors);
  else if (type.is === 'list' && Array.isArray(value))
    value.forEach((item, i) => {
      checkType(type.of, item, `${path}[${i}]`, errors);
    });
  else if (type.is === 'map' && type.of.is === 'struct')
    for (const [key, item] of Object.entries(value as object))
      checkType(type.of, item, `${path}[${key}]`, errors);
}
