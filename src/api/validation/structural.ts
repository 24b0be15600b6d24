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
  if (value === undefined || value === null || value === '') {
    if (field.required) errors.push(required(path));
    return;
  }
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
