// Paths of fields in a schema: `.spec.mode`, and with brackets `.spec['a.b']`. They name selectable fields and the fields of
// validation rules. Upstream: ValidFieldPath in apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go.
import type { JsonSchema } from '../../api/schema/json-schema.ts';
import { own } from '../../kit/own.ts';

export interface FoundField {
  readonly keys: readonly string[];
  /** The path as errors show it: named fields after dots, keys of maps in brackets. */
  readonly path: string;
  /** Undefined below additionalProperties without a schema. */
  readonly schema: JsonSchema | undefined;
}

/** The error is in upstream's words. */
export function findField(
  text: string,
  root: JsonSchema,
  brackets = true,
): FoundField | { readonly error: string } {
  let schema: JsonSchema | undefined = root;
  const keys: string[] = [];
  let path = '';
  let rest = text;
  while (rest !== '') {
    const step =
      brackets || !rest.startsWith('[') ? nextStep(rest) : { error: 'array notation is not allowed' };
    if ('error' in step) return step;
    const properties: JsonSchema['properties'] = schema?.properties;
    const more: JsonSchema['additionalProperties'] = schema?.additionalProperties;
    const found: JsonSchema | undefined = properties && own(properties, step.key);
    if (!found && (properties || more === undefined)) return { error: 'does not refer to a valid field' };
    schema = found ?? (typeof more === 'object' ? more : undefined);
    keys.push(step.key);
    path += found ? `${path ? '.' : ''}${step.key}` : `[${step.key}]`;
    rest = step.rest;
  }
  return { keys, path, schema };
}

type Step = { readonly key: string; readonly rest: string } | { readonly error: string };

function nextStep(text: string): Step {
  const after = text.slice(1);
  if (text.startsWith('.')) {
    if (after === '') return { error: 'unexpected end of JSON path' };
    const end = endOfName(after);
    return { key: after.slice(0, end), rest: after.slice(end) };
  }
  if (!text.startsWith('[')) return { error: `expected [ or . but got: ${text.slice(0, endOfName(text))}` };
  if (after === '') return { error: 'unexpected end of JSON path' };
  const end = after.startsWith("'") ? endOfQuoted(after) : endOfName(after);
  const quoted = after.slice(0, end);
  if (quoted.length < 2 || !quoted.startsWith("'") || !quoted.endsWith("'"))
    return { error: `expected single quoted string but got ${quoted}` };
  if (end >= after.length) return { error: 'unexpected end of JSON path' };
  if (after[end] !== ']') return { error: `expected ] but got ${after[end]}` };
  return { key: quoted.slice(1, -1).replace(/\\(['"\\])/g, '$1'), rest: after.slice(end + 1) };
}

/** A delimiter is a step of its own. */
function endOfName(text: string): number {
  const end = text.search(/[.[\]]/);
  return end < 0 ? text.length : Math.max(end, 1);
}

function endOfQuoted(text: string): number {
  for (let i = 1; i < text.length; i++) if (text[i] === "'" && text[i - 1] !== '\\') return i + 1;
  return text.length;
}
