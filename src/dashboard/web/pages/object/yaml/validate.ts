// What is wrong with an object by the schema of its kind, as far as a schema can tell: said while one types. The server has the last word. Pure.
import { isObject } from './document.ts';
import type { Path } from './outline.ts';
import { fieldOf, isIntOrString, isOpen, type Located, resolved, type Schema } from './schema.ts';

export interface Finding {
  readonly path: Path;
  readonly message: string;
}

/** More would not be read. */
const MOST_FINDINGS = 100;

/** `spec.containers[0].image`. */
export const pathText = (path: Path): string =>
  path.map((part, i) => (typeof part === 'number' ? `[${part}]` : i === 0 ? part : `.${part}`)).join('');

export function findingsOf(value: unknown, located: Located): Finding[] {
  const findings: Finding[] = [];
  check(value, located, [], findings);
  return findings;
}

function check(value: unknown, located: Located, path: Path, findings: Finding[]): void {
  if (findings.length >= MOST_FINDINGS) return;
  // A field without a value is the same as none.
  if (value === null || value === undefined) return;
  const { schema } = resolved(located);
  const wrong = wrongType(value, schema);
  if (wrong) {
    findings.push({ path, message: `${pathText(path)}: ${wrong}` });
    return;
  }
  if (schema.enum && !schema.enum.includes(value)) {
    const choices = schema.enum.filter((one) => one !== '').map(String);
    const message = `${pathText(path)}: Unsupported value: ${JSON.stringify(value)}: supported values: ${choices.join(', ')}`;
    findings.push({ path, message });
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkField(item, located, [...path, i], findings);
  } else if (isObject(value)) checkObject(value, located, path, findings);
}

function checkObject(value: object, located: Located, path: Path, findings: Finding[]): void {
  const { schema } = resolved(located);
  for (const name of schema.required ?? []) {
    if (Object.hasOwn(value, name)) continue;
    findings.push({ path, message: `${pathText([...path, name])}: Required value` });
  }
  for (const [name, inner] of Object.entries(value)) checkField(inner, located, [...path, name], findings);
}

function checkField(value: unknown, parent: Located, path: Path, findings: Finding[]): void {
  const field = fieldOf(parent, path.at(-1)!);
  if (field) check(value, field, path, findings);
  else if (typeof path.at(-1) === 'string' && !isOpen(resolved(parent).schema))
    findings.push({ path, message: `unknown field "${pathText(path)}"` });
}

const typeOf = (value: unknown): string => {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'bigint') return 'integer';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
};

function wrongType(value: unknown, schema: Schema): string | undefined {
  const actual = typeOf(value);
  if (isIntOrString(schema))
    return actual === 'integer' || actual === 'string'
      ? undefined
      : `expected integer or string, got ${actual}`;
  const { type, oneOf } = schema;
  // Quantities: a number or a text.
  if (type === undefined || oneOf) return undefined;
  if (type === actual || (type === 'number' && actual === 'integer')) return undefined;
  return `expected ${type}, got ${actual}`;
}
