// A patch whose result does not fit the kind: the error names neither kind nor object, and shows what upstream decodes: the patch
// itself, as Go prints a map, for a strategic merge patch, the patched object as JSON for the others. Called by patch.ts.
// Upstream: applyPatchToObject and jsonPatcher in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/patch.go.
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import type { StructType } from '../../api/schema/notation.ts';
import { goValue } from '../../api/status/go-value.ts';
import { failure, type StatusError } from '../../api/status/status-error.ts';

/** Characters of the shown value; upstream has no limit. */
const MOST_SHOWN = 16 * 1024;

/** A strategic merge patch and what it makes, in errors about either. */
export interface Patched {
  readonly kind: StructType;
  readonly strategic: boolean;
  readonly patch: unknown;
  readonly result: unknown;
}

export function invalidPatch(patched: Patched, why: string): StatusError {
  const shown = patched.kind === Secret ? '<secret contents redacted>' : shownOf(patched);
  const message = `Invalid value: ${JSON.stringify(shown)}: ${why}`;
  const causes = [{ reason: 'FieldValueInvalid', message, field: 'patch' }];
  return failure(422, 'Invalid', ` "" is invalid: patch: ${message}`, { causes });
}

/** Errors are in audit logs, which have no contents of Secrets. Upstream shows them. */
const shownOf = ({ strategic, patch, result }: Patched): string =>
  strategic ? goValue(patch) : JSON.stringify(result).slice(0, MOST_SHOWN);

const PROBLEM = /^json: cannot unmarshal (\w+)(?: \S+)? into Go (?:value|struct field \S+) of type (.+)$/;

const GO_TYPES: Readonly<Record<string, string>> = {
  number: 'int64',
  object: 'map[string]interface {}',
  array: '[]interface {}',
};
const GO_KINDS: Readonly<Record<string, string>> = { number: 'int64', object: 'map', array: 'slice' };

/** Upstream converts the result of a strategic merge patch without JSON, and has other words for values that do not fit. */
export function conversionProblem(problem: string): string {
  const [, from, to] = PROBLEM.exec(problem) ?? [];
  if (!from || !to) return problem;
  const kind = GO_KINDS[from] ?? from;
  if (to.startsWith('[]')) return `cannot restore slice from ${kind}`;
  if (to.startsWith('map[')) return `cannot restore map from ${kind}`;
  if (to.includes('.')) return `cannot restore struct from: ${kind}`;
  return `cannot convert ${GO_TYPES[from] ?? from} to ${to}`;
}
