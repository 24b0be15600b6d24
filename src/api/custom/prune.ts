// Brings a custom object into the form of its schema: unknown fields and nulls that mean nothing are removed, the metadata of
// embedded resources is coerced. Values of the wrong type stay, for validation to report. Nothing is changed in place.
// Called by codec/conform.ts for bodies and stored objects. Upstream: apiextensions-apiserver/pkg/apiserver/schema/{pruning,
// defaulting/prunenulls.go,objectmeta}.

import { own } from '../../kit/own.ts';
import type { Walk } from '../codec/walk.ts';
import { isObject, type JsonObject, setKey } from '../patch/json.ts';
import type { JsonSchema } from '../schema/json-schema.ts';

/** Returns the metadata of an embedded resource in its form, or undefined to remove it. */
export type EmbeddedVisitor = (value: unknown, walk: Walk) => unknown;

interface Run {
  readonly walk: Walk;
  readonly metadata: EmbeddedVisitor;
}

/** The fields that every object has, whatever its schema says. */
export const ENVELOPE: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** The object without its envelope, which the caller has visited, in the form of the schema of its kind. */
export function pruneRoot(
  object: JsonObject,
  schema: JsonSchema | undefined,
  walk: Walk,
  metadata: EmbeddedVisitor,
): JsonObject {
  const run = { walk, metadata };
  return members(object, (key, value) => (ENVELOPE.has(key) ? value : member(key, value, schema, run)));
}

/** A value that is no object of a kind: a default in a schema. */
export const prune = (value: unknown, schema: JsonSchema, walk: Walk, metadata: EmbeddedVisitor): unknown =>
  pruned(value, schema, { walk, metadata });

function pruned(value: unknown, schema: JsonSchema | undefined, run: Run): unknown {
  if (Array.isArray(value)) return elements(value, schema, run);
  if (!isObject(value)) return value;
  if (!schema?.['x-kubernetes-embedded-resource'])
    return members(value, (key, one) => member(key, one, schema, run));
  return members(value, (key, one) =>
    ENVELOPE.has(key) ? named(key, one, run) : member(key, one, schema, run),
  );
}

/** apiVersion, kind or metadata of an embedded resource. */
function named(key: string, value: unknown, run: Run): unknown {
  if (key !== 'metadata' && typeof value === 'string') return value;
  run.walk.enter(key);
  const after = key === 'metadata' ? run.metadata(value, run.walk) : mistyped(value, run.walk);
  run.walk.leave();
  return after;
}

function mistyped(value: unknown, walk: Walk): undefined {
  if (walk.form !== 'stored')
    walk.foundProblem(`${walk.path}: Invalid value: ${JSON.stringify(value)}: must be a string`);
}

function elements(list: readonly unknown[], schema: JsonSchema | undefined, run: Run): unknown {
  if (schema?.['x-kubernetes-preserve-unknown-fields'] && !schema.items) return list;
  let out: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    run.walk.enter(i);
    const after = pruned(list[i], schema?.items, run);
    run.walk.leave();
    if (after !== list[i]) out ??= list.slice();
    if (out) out[i] = after;
  }
  return out ?? list;
}

/** `visit` returns undefined for members that are removed. */
function members(object: JsonObject, visit: (key: string, value: unknown) => unknown): JsonObject {
  let out: JsonObject | undefined;
  for (const key in object) {
    const before = object[key];
    const after = visit(key, before);
    if (after === before) continue;
    out ??= { ...object };
    if (after === undefined) delete out[key];
    else setKey(out, key, after);
  }
  return out ?? object;
}

function member(key: string, value: unknown, schema: JsonSchema | undefined, run: Run): unknown {
  const property = schema?.properties && own(schema.properties, key);
  const more = schema?.additionalProperties;
  if (!property && more === undefined) {
    if (schema?.['x-kubernetes-preserve-unknown-fields']) return value;
    run.walk.foundUnknown(key);
    return undefined;
  }
  const known = property ?? (typeof more === 'object' ? more : undefined);
  if (value === null) return known && run.walk.form !== 'partial' && isMeaningless(known) ? undefined : null;
  run.walk.enter(key);
  const after = pruned(value, known, run);
  run.walk.leave();
  return after;
}

/** A null that is neither a value of its own nor stands for a default. */
const isMeaningless = (schema: JsonSchema): boolean => !schema.nullable && schema.default === undefined;
