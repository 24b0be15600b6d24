// What `--for` may say, and whether an object is so. Pure. Called by the verb wait.

import { goText } from '../printers/go-values/text.ts';
import { JsonPath, relaxedJsonPath } from '../printers/jsonpath/json-path.ts';
import { isMap } from '../printers/printer.ts';
import type { KubeObject } from '../resources/object.ts';

export type Condition =
  | { readonly is: 'create' | 'delete' }
  /** Throws an Error for an object that the condition cannot be asked of. */
  | { readonly is: 'met'; readonly check: (object: KubeObject) => boolean };

export function conditionsOf(texts: readonly string[]): Condition[] {
  if (texts.length === 0) throw new Error('unrecognized condition: []');
  return texts.map(conditionOf);
}

function conditionOf(text: string): Condition {
  const lower = text.toLowerCase();
  if (lower === 'delete' || lower === 'create') return { is: lower };
  if (text.startsWith('condition=')) {
    const [name = '', ...value] = text.slice('condition='.length).split('=');
    const wanted = value.length > 0 ? value.join('=') : 'true';
    return { is: 'met', check: (object) => hasCondition(object, name, wanted) };
  }
  if (text.startsWith('jsonpath=')) return { is: 'met', check: pathCheck(text.slice('jsonpath='.length)) };
  throw new Error(`unrecognized condition: ${JSON.stringify(text)}`);
}

interface StatusCondition {
  readonly type?: unknown;
  readonly status?: unknown;
  readonly observedGeneration?: unknown;
}

/** A condition about an older generation of the object says nothing. */
export function hasCondition(object: KubeObject, name: string, wanted: string): boolean {
  const { status } = object;
  const conditions = isMap(status) ? status.conditions : undefined;
  for (const condition of Array.isArray(conditions) ? (conditions as StatusCondition[]) : []) {
    if (!isMap(condition) || typeof condition.type !== 'string' || !sameFolded(condition.type, name))
      continue;
    if (typeof condition.status !== 'string') continue;
    const generation = object.metadata?.generation;
    const observed =
      numberOf(condition.observedGeneration) ??
      numberOf(isMap(status) ? status.observedGeneration : undefined);
    if (typeof generation === 'number' && observed !== undefined && observed < generation) return false;
    return sameFolded(condition.status, wanted);
  }
  return false;
}

const numberOf = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined);
const sameFolded = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

function pathCheck(text: string): (object: KubeObject) => boolean {
  const [path = '', value, ...more] = splitAtSingleEquals(text);
  if (more.length > 0)
    throw new Error(
      "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
    );
  const expression = relaxedJsonPath(path);
  const wanted = value === undefined ? undefined : unquoted(value);
  if (wanted === '')
    throw new Error(
      "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
    );
  if (expression === '') throw new Error('jsonpath expression cannot be empty');
  const compiled = new JsonPath(expression, { allowMissingKeys: true });
  return (object) => {
    const found = compiled.find(object);
    const [values = []] = found;
    if (values.length === 0) return false;
    if (found.length > 1) throw new Error('given jsonpath expression matches more than one list');
    if (values.length > 1) throw new Error('given jsonpath expression matches more than one value');
    const [only] = values;
    if (wanted === undefined) return true;
    if (typeof only === 'object' && only !== null)
      throw new Error('jsonpath leads to a nested object or list which is not supported');
    return goText(only).trim() === wanted.trim();
  };
}

function unquoted(text: string): string {
  const isQuote = (character: string | undefined) => character === "'" || character === '"';
  let [from, to] = [0, text.length];
  while (from < to && isQuote(text[from])) from++;
  while (to > from && isQuote(text[to - 1])) to--;
  return text.slice(from, to);
}

/** Pairs of `=` belong to the expression. */
export function splitAtSingleEquals(text: string): string[] {
  const parts: string[] = [];
  let part = '';
  for (let i = 0; i < text.length; i++) {
    if (text[i] !== '=') part += text[i];
    else if (text[i + 1] === '=') {
      part += '==';
      i++;
    } else {
      parts.push(part);
      part = '';
    }
  }
  return [...parts, part];
}
