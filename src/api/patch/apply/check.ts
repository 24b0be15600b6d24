// Whether an applied object conforms to its kind: known fields, correct types, no list item repeated or without its key.
// Messages are those of upstream's typed converter.
import type { AnyField, StructType, Type } from '../../schema/notation.ts';
import { isObject } from '../json.ts';
import { pathText } from './field-tree.ts';
import { bySteps, missingKey } from './items.ts';
import { memberShape, objectShape, type Shape } from './shape.ts';

export function misfits(kind: StructType, object: unknown): string[] {
  const complaints: string[] = [];
  checkStruct(kind, objectShape(kind), object, '', complaints);
  return complaints;
}

function checkStruct(type: StructType, shape: Shape, value: unknown, path: string, out: string[]): void {
  if (value === null || value === undefined) return;
  if (!isObject(value)) {
    out.push(`${path}: expected map, got &{${describe(value)}}`);
    return;
  }
  for (const key of Object.keys(value)) {
    const field = Object.hasOwn(type.fields, key) ? type.fields[key] : undefined;
    if (field) checkField(field, memberShape(shape, key), value[key], `${path}.${key}`, out);
    else if (!type.open) out.push(`${path}.${key}: field not declared in schema`);
  }
}

function checkField(field: AnyField, shape: Shape, value: unknown, path: string, out: string[]): void {
  checkType(field.type, shape, value, path, out);
}

function checkType(type: Type, shape: Shape, value: unknown, path: string, out: string[]): void {
  if (value === null || value === undefined) return;
  if (type.is === 'struct') return checkStruct(type, shape, value, path, out);
  if (type.is === 'list') return checkList(type.of, shape, value, path, out);
  if (type.is === 'map') {
    if (!isObject(value)) out.push(`${path}: expected map, got &{${describe(value)}}`);
    else
      for (const key of Object.keys(value))
        checkType(type.of, memberShape(shape, key), value[key], `${path}.${key}`, out);
  }
}

function checkList(of: Type, shape: Shape, value: unknown, path: string, out: string[]): void {
  if (!Array.isArray(value)) {
    out.push(`${path}: expected list, got &{${describe(value)}}`);
    return;
  }
  if (shape.is === 'keyed') {
    value.forEach((item, i) => {
      const key = missingKey(shape, item);
      if (key !== undefined)
        out.push(
          `${path}: element ${i}: associative list with keys has an element that omits key field "${key}" (and doesn't have default value)`,
        );
    });
  }
  if (shape.is === 'keyed' || shape.is === 'set') {
    for (const [step, items] of bySteps(shape, value)) {
      const at = pathText([step]);
      if (items.length > 1) out.push(`${path}: duplicate entries for key ${at}`);
      checkType(of, shape.is === 'keyed' ? shape.of : shape, items[0], path + at, out);
    }
    return;
  }
  value.forEach((item, i) => {
    checkType(of, shape, item, `${path}[${i}]`, out);
  });
}

const describe = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
