// Whether the defaults of a schema are valid values of their fields, without unknown fields. Called by schema-checks.ts for
// structural schemas. Upstream: apiextensions-apiserver/pkg/apiserver/schema/defaulting/validation.go.
import { Walk } from '../../../api/codec/walk.ts';
import { prune } from '../../../api/custom/prune.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import type { Steps } from '../../../kit/clock.ts';
import { hasRules } from '../rules/engine.ts';
import { ruleErrors } from '../rules/run.ts';
import { embeddedErrors } from '../validation/embedded.ts';
import { validateValue } from '../validation/validate.ts';
import type { Report } from './report.ts';

/** There are no defaults in additionalProperties: nothing would say where they go. */
export function* checkDefaults(
  schema: JsonSchema,
  path: string,
  report: Report,
  mayBeUnpruned: boolean,
): Steps<void> {
  const { default: value, items, properties } = schema;
  if (value !== undefined) {
    yield* checkDefault(schema, value, `${path}.default`, report, mayBeUnpruned);
    yield;
  }
  if (items) yield* checkDefaults(items, `${path}.items`, report, mayBeUnpruned);
  for (const key in properties)
    yield* checkDefaults(properties[key]!, `${path}.properties[${key}]`, report, mayBeUnpruned);
}

function* checkDefault(
  schema: JsonSchema,
  value: unknown,
  path: string,
  report: Report,
  mayBeUnpruned: boolean,
): Steps<void> {
  if (!mayBeUnpruned && hasUnknown(value, schema))
    report.invalid(path, value, 'must not have unknown fields');
  const embedded = embeddedErrors(value, schema, path);
  const errors = embedded.length > 0 ? embedded : yield* validateValue(schema, value, path);
  report.add(...errors);
  if (errors.length > 0 || !hasRules(schema)) return;
  // As a new value, and as one that is kept.
  const kept = yield* ruleErrors(schema, value, value, path);
  report.add(...(kept.length > 0 ? kept : yield* ruleErrors(schema, value, undefined, path)));
}

/** Whether pruning would remove something from a value. */
export function hasUnknown(value: unknown, schema: JsonSchema): boolean {
  const walk = new Walk('partial');
  prune(value, schema, walk, (metadata) => metadata);
  return walk.unknown.length > 0;
}
