// Whether a value has the form that the schema says: all problems, each with its path, in upstream's words. Pure.
import {
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
  typeInvalid,
} from '../../api/validation/field.ts';
import { distance } from '../../kubectl/command/suggest.ts';
import { durationPattern } from './duration.ts';
import type { Field, ListField, MapField, ObjectField } from './notation.ts';

/** Problems that are told of. */
const MOST_PROBLEMS = 50;
/** Items of a list, or names of a map or an object. */
const MOST_ITEMS = 1_000;
/** Characters of a text. */
const LONGEST_TEXT = 65_536;

/** What is wrong; a value without problems has the field's type. */
export function problemsOf(field: Field, value: unknown): FieldError[] {
  const problems: FieldError[] = [];
  inspect(field, value, '', problems);
  return problems.slice(0, MOST_PROBLEMS);
}

type Found = FieldError[];

function inspect(field: Field, value: unknown, path: string, found: Found): void {
  if (found.length >= MOST_PROBLEMS) return;
  const wrong = (what: string) => found.push(typeInvalid(path || '<root>', shown(value), `must be ${what}`));
  switch (field.type) {
    case 'boolean':
      if (typeof value !== 'boolean') wrong('true or false, without quotes');
      return;
    case 'integer':
      if (typeof value !== 'number' || !Number.isSafeInteger(value)) wrong('a whole number, without quotes');
      else if (value < field.minimum || value > field.maximum)
        found.push(invalid(path, value, `must be between ${field.minimum} and ${field.maximum}, inclusive`));
      return;
    case 'duration':
      if (typeof value !== 'string' || !durationPattern.test(value))
        wrong('a duration with one unit, such as 30s, 5m or 6h');
      return;
    case 'string':
      if (typeof value !== 'string')
        wrong(typeof value === 'number' ? 'a text: write it in quotes' : 'a text');
      else if (value.length > LONGEST_TEXT || value.includes('\0'))
        wrong(`a text of at most ${LONGEST_TEXT} characters, without zeros`);
      else if (field.values && !field.values.includes(value))
        found.push(notSupported(path, value, field.values));
      return;
    case 'list':
      if (!Array.isArray(value)) wrong('a list');
      else inspectList(field, value, path, found);
      return;
    case 'map':
    case 'object':
      if (!isObject(value)) wrong('a mapping of names to values');
      else if (Object.keys(value).length > MOST_ITEMS) wrong(`of at most ${MOST_ITEMS} names`);
      else if (field.type === 'map') inspectMap(field, value, path, found);
      else inspectObject(field, value, path, found);
  }
}

/** A whole tree in a message would hide what is wrong. */
const shown = (value: unknown): unknown =>
  isObject(value) ? '{…}' : Array.isArray(value) ? '[…]' : typeof value === 'bigint' ? String(value) : value;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function inspectList({ items }: ListField, value: readonly unknown[], path: string, found: Found): void {
  if (value.length > MOST_ITEMS) {
    found.push(invalid(path, value.length, `must have at most ${MOST_ITEMS} items`));
    return;
  }
  for (const [i, item] of value.entries()) inspect(items, item, `${path}[${i}]`, found);
}

function inspectMap({ values }: MapField, value: Record<string, unknown>, path: string, found: Found): void {
  for (const [name, one] of Object.entries(value)) inspect(values, one, `${path}[${name}]`, found);
}

function inspectObject(field: ObjectField, value: Record<string, unknown>, path: string, found: Found): void {
  const below = (name: string) => (path ? `${path}.${name}` : name);
  for (const [name, one] of Object.entries(value)) {
    const known = Object.hasOwn(field.fields, name) ? field.fields[name] : undefined;
    if (!known) found.push(forbidden(below(name), `unknown field${suggestion(field, name)}`));
    // A name with nothing behind it stands for a field that is left out, as in manifests.
    else if (one !== null && one !== undefined) inspect(known, one, below(name), found);
  }
  for (const [name, one] of Object.entries(field.fields))
    if (one.required && (value[name] === undefined || value[name] === null))
      found.push(
        required(below(name), one.type === 'string' && one.values ? `use ${one.values.join(' or ')}` : ''),
      );
}

/** What may have been meant. */
function suggestion({ fields, hints = {} }: ObjectField, name: string): string {
  const hint = Object.hasOwn(hints, name) ? hints[name] : undefined;
  if (hint) return `: it is ${hint} here`;
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  const near = Object.keys(fields)
    .map((known) => ({ known, far: distance(plain, known.toLowerCase()) }))
    .filter(({ far }) => far <= 2)
    .sort((a, b) => a.far - b.far)[0]?.known;
  if (near) return `: did you mean ${near}?`;
  return hint === '' ? ': there is nothing like it here' : '';
}

/** Fields with nothing behind them are left out. */
export function withoutNothing(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNothing);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(kept.map(([name, one]) => [name, withoutNothing(one)]));
}
