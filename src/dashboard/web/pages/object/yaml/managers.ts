// Conflicts of server-side apply: which fields others own, and a manifest that leaves them to them. Pure.
import type { Status } from '../../../../../api/meta/v1/status.ts';
import { isObject, type Json } from './document.ts';
import type { Path } from './outline.ts';
import { withValue } from './three-way.ts';

export interface OwnedField {
  /** As the API names it: `.spec.template.spec.containers[name="app"].image`. */
  readonly field: string;
  readonly manager: string;
}

export const MANAGER = 'tiphys-dashboard';

export function conflictsIn(status: Pick<Status, 'reason' | 'details'> | undefined): OwnedField[] {
  return (status?.details?.causes ?? [])
    .filter(({ reason }) => reason === 'FieldManagerConflict')
    .map(({ field = '', message = '' }) => ({ field, manager: managerIn(message) }));
}

/** `conflict with "kubectl" using apps/v1`. */
function managerIn(message: string): string {
  const start = message.indexOf('"');
  const end = message.indexOf('"', start + 1);
  return end > start && start >= 0 ? message.slice(start + 1, end) : message;
}

type Step = string | { readonly keys: readonly (readonly [string, unknown])[] } | { readonly value: unknown };

/** Undefined for a path that cannot be read. */
export function stepsOf(field: string): Step[] | undefined {
  const steps: Step[] = [];
  let at = 0;
  while (at < field.length) {
    if (field[at] === '.') {
      const end = endOfName(field, at + 1);
      steps.push(field.slice(at + 1, end));
      at = end;
    } else if (field[at] === '[') {
      const end = closing(field, at);
      const step = end === undefined ? undefined : selector(field.slice(at + 1, end));
      if (!step) return undefined;
      steps.push(step);
      at = end! + 1;
    } else return undefined;
  }
  return steps;
}

/** Names of labels and annotations have dots of their own: a name goes on until something follows that may begin another step. */
function endOfName(field: string, from: number): number {
  let at = from;
  while (at < field.length && field[at] !== '.' && field[at] !== '[') at++;
  return at;
}

function closing(field: string, from: number): number | undefined {
  let quoted = false;
  for (let at = from; at < field.length; at++) {
    if (field[at] === '\\' && quoted) at++;
    else if (field[at] === '"') quoted = !quoted;
    else if (field[at] === ']' && !quoted) return at;
  }
  return undefined;
}

function selector(text: string): Step | undefined {
  if (text.startsWith('=')) {
    const value = parsed(text.slice(1));
    return value === undefined ? undefined : { value };
  }
  const keys: [string, unknown][] = [];
  for (const part of text.split(',')) {
    const equals = part.indexOf('=');
    const value = equals < 0 ? undefined : parsed(part.slice(equals + 1));
    if (value === undefined) return undefined;
    keys.push([part.slice(0, equals), value]);
  }
  return { keys };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** Where the field is in the object; undefined if it is not. A name with dots is put together again from the steps. */
export function placeOfField(object: unknown, steps: readonly Step[]): Path | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return [];
  if (typeof step === 'string') return placeOfName(object, step, rest);
  if (!Array.isArray(object)) return undefined;
  const index = (object as unknown[]).findIndex((item) => isMeant(item, step));
  if (index < 0) return undefined;
  const inner = placeOfField((object as unknown[])[index], rest);
  return inner && [index, ...inner];
}

function placeOfName(object: unknown, name: string, rest: readonly Step[]): Path | undefined {
  if (!isObject(object)) return undefined;
  if (Object.hasOwn(object, name)) {
    const inner = placeOfField(object[name], rest);
    if (inner) return [name, ...inner];
  }
  const [next, ...after] = rest;
  return typeof next === 'string' ? placeOfName(object, `${name}.${next}`, after) : undefined;
}

function isMeant(item: unknown, step: Exclude<Step, string>): boolean {
  if ('value' in step) return item === step.value;
  return isObject(item) && step.keys.every(([name, value]) => item[name] === value);
}

/** The manifest without these fields: they stay with who owns them. */
export function withoutFields(object: Json, fields: readonly string[]): Json {
  let left: unknown = object;
  for (const field of fields) {
    const steps = stepsOf(field);
    const place = steps && placeOfField(left, steps);
    if (place && place.length > 0) left = withValue(left, place, undefined);
  }
  return left as Json;
}
