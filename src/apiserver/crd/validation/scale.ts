// The fields behind the scale subresource must be whole numbers in range, and the selector a text, if they are there.
// Called by the strategy of custom kinds. Upstream: customResourceValidator in pkg/registry/customresource/validator.go.
import { isObject } from '../../../api/patch/json.ts';
import { type FieldError, invalid } from '../../../api/validation/field.ts';
import type { ScalePaths } from '../../registry/resource.ts';

const MOST = 2 ** 31 - 1;

/** `status`: the write is through /status, which does not change the spec. */
export function scaleErrors(object: object, scale: ScalePaths | undefined, status: boolean): FieldError[] {
  if (!scale) return [];
  return [
    ...(status ? [] : countErrors(object, scale.specReplicas)),
    ...countErrors(object, scale.statusReplicas),
    ...(scale.selector === undefined ? [] : textErrors(object, scale.selector)),
  ];
}

function countErrors(object: object, path: string): FieldError[] {
  const field = `.${path}`;
  const found = nested(object, path, 'int64', (value) => Number.isInteger(value));
  if (typeof found === 'string') return [invalid(field, 0, found)];
  const count = (found.value ?? 0) as number;
  if (count < 0) return [invalid(field, count, 'should be a non-negative integer')];
  return count > MOST ? [invalid(field, count, `should be less than or equal to ${MOST}`)] : [];
}

function textErrors(object: object, path: string): FieldError[] {
  const found = nested(object, path, 'string', (value) => typeof value === 'string');
  return typeof found === 'string' ? [invalid(`.${path}`, '', found)] : [];
}

/** The value, which may be absent, or why there is none of the type. */
function nested(
  object: object,
  path: string,
  type: string,
  fits: (value: unknown) => boolean,
): string | { readonly value: unknown } {
  const keys = path.split('.');
  let value: unknown = object;
  for (const [i, key] of keys.entries()) {
    if (!isObject(value)) return mismatch(keys.slice(0, i), value, 'map[string]interface{}');
    if (!Object.hasOwn(value, key)) return { value: undefined };
    value = value[key];
  }
  return fits(value) ? { value } : mismatch(keys, value, type);
}

const LONGEST = 200;

function mismatch(keys: readonly string[], value: unknown, wanted: string): string {
  const shown = value === null ? '<nil>' : typeof value === 'string' ? value : JSON.stringify(value);
  return `.${keys.join('.')} accessor error: ${shown.slice(0, LONGEST)} is of the type ${goType(value)}, expected ${wanted}`;
}

function goType(value: unknown): string {
  if (value === null) return '<nil>';
  if (Array.isArray(value)) return '[]interface {}';
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'boolean':
      return 'bool';
    case 'object':
      return 'map[string]interface {}';
    default:
      return Number.isInteger(value) ? 'int64' : 'float64';
  }
}
