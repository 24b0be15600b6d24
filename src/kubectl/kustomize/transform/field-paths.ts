// Paths of replacements: `spec.template.spec.containers.[name=web].image`, `data.*`, `spec.ports.0.port`. Keys with dots stand in
// brackets. Values of a path can be read, and all places that it matches can be set.
import { isObject, type JsonObject, setKey } from '../../../api/patch/json.ts';
import { type Place, pathParts } from '../fields/field-spec.ts';
import { finds } from '../patterns.ts';

/** Splits at dots, but not within brackets. */
export function fieldPath(path: string): string[] {
  const pieces = pathParts(path, '.');
  const parts: string[] = [];
  for (let i = 0; i < pieces.length; i++) {
    let part = pieces[i]!;
    if (part.startsWith('[') && !part.endsWith(']'))
      while (i + 1 < pieces.length && !part.endsWith(']')) part += `.${pieces[++i]}`;
    const isKey = part.startsWith('[') && part.endsWith(']') && !part.includes('=');
    parts.push(isKey ? part.slice(1, -1) : part);
  }
  return parts;
}

const selectorOf = (part: string): { field: string; value: string } | undefined => {
  if (!part.startsWith('[') || !part.endsWith(']')) return undefined;
  const equals = part.indexOf('=');
  return equals < 0 ? undefined : { field: part.slice(1, equals), value: part.slice(equals + 1, -1) };
};

/** One value; selectors match exactly. */
export function valueAt(object: JsonObject, path: readonly string[]): unknown {
  let value: unknown = object;
  for (const part of path) {
    const selector = selectorOf(part);
    if (Array.isArray(value)) {
      if (selector)
        value = value.find((item) =>
          selector.field === ''
            ? String(item) === selector.value
            : isObject(item) && String(item[selector.field]) === selector.value,
        );
      else value = part === '-' ? value.at(-1) : value[Number(part)];
    } else if (isObject(value)) value = Object.hasOwn(value, part) ? value[part] : undefined;
    else return undefined;
  }
  return value;
}

/** All places that match; with `create`, missing parts are made, the last one with this value. */
export function placesAt(object: JsonObject, path: readonly string[], create?: () => unknown): Place[] {
  const places: Place[] = [];
  walk({ get: () => object, set: () => {} }, path, create, places);
  return places;
}

function walk(
  place: Place,
  path: readonly string[],
  create: (() => unknown) | undefined,
  places: Place[],
): void {
  const [part, ...rest] = path;
  if (part === undefined) {
    places.push(place);
    return;
  }
  const holder = place.get();
  if (Array.isArray(holder)) walkList(holder, part, rest, create, places);
  else if (isObject(holder)) {
    if (!Object.hasOwn(holder, part)) {
      if (!create) return;
      setKey(holder, part, made(rest, create));
    }
    walk(memberOf(holder, part), rest, create, places);
  }
}

const memberOf = (holder: JsonObject, key: string): Place => ({
  get: () => holder[key],
  set: (value) => setKey(holder, key, value),
});

const elementOf = (list: unknown[], index: number): Place => ({
  get: () => list[index],
  set: (value) => {
    list[index] = value;
  },
});

function made(rest: readonly string[], create: () => unknown): unknown {
  const [next] = rest;
  if (next === undefined) return create();
  return selectorOf(next) || /^[0-9]+$/.test(next) ? [] : {};
}

function walkList(
  list: unknown[],
  part: string,
  rest: readonly string[],
  create: (() => unknown) | undefined,
  places: Place[],
): void {
  if (part === '*') {
    list.forEach((_, i) => {
      walk(elementOf(list, i), rest, create, places);
    });
    return;
  }
  const selector = selectorOf(part);
  if (!selector) {
    const index = Number(part);
    if (index === list.length && create) list.push(made(rest, create));
    if (!(index < list.length))
      throw new Error(`index ${part} specified but only ${list.length} elements found`);
    walk(elementOf(list, index), rest, create, places);
    return;
  }
  const { field, value } = selector;
  const matches = (item: unknown) => {
    const text = field === '' ? item : isObject(item) ? item[field] : undefined;
    return text !== undefined && finds(value, String(text));
  };
  if (create && !list.some(matches)) list.push(field === '' ? value : { [field]: value });
  list.forEach((item, i) => {
    if (matches(item)) walk(elementOf(list, i), field === '' ? [] : rest, create, places);
  });
}
