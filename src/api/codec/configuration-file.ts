// Reads a component's configuration file: strictly, as upstream, so that a misspelt field is an error and not ignored.
// Called by the API server (authn/configured, authz/configured) and the scheduler (config).

import { messageOf } from '../../kit/message-of.ts';
import type { Of, StructType } from '../schema/notation.ts';
import type { FieldError } from '../validation/field.ts';
import { inspect, strictError, strictProblems } from './decode.ts';
import { parseYaml } from './yaml.ts';

/** Bytes of the file. */
const MAX_FILE = 1 << 20;

/** Throws an Error that says what is wrong. `versions` as in apiVersion: apiserver.config.k8s.io/v1. */
export function readConfiguration<S extends StructType>(
  schema: S,
  kind: string,
  versions: readonly string[],
  text: string,
): Of<S> {
  if (text.length > MAX_FILE) throw new Error(`the file is larger than ${MAX_FILE} bytes`);
  const value = yaml(text);
  const named = value as { readonly apiVersion?: unknown; readonly kind?: unknown } | null;
  if (!named?.kind) throw new Error("Object 'Kind' is missing in the file");
  if (!named.apiVersion) throw new Error("Object 'apiVersion' is missing in the file");
  const version = String(named.apiVersion);
  if (named.kind !== kind || !versions.includes(version))
    throw new Error(
      `no kind ${JSON.stringify(named.kind)} is registered for version ${JSON.stringify(version)}`,
    );
  return strictly(schema, value);
}

/** A piece of such a file. Zero values are kept: some fields mean something else when they are empty than when they are missing. */
export function strictly<S extends StructType>(schema: S, value: unknown): Of<S> {
  const { object, unknown, problem } = inspect(schema, value, 'partial');
  if (problem !== undefined) throw new Error(problem);
  const problems = strictProblems(unknown);
  if (problems.length > 0) throw new Error(strictError(problems));
  return object as Of<S>;
}

function yaml(text: string): unknown {
  try {
    return parseYaml(text);
  } catch (error) {
    throw new Error(`error converting YAML to JSON: ${messageOf(error)}`);
  }
}

/** As upstream joins the errors of a configuration; undefined without any. */
export function joinedErrors(errors: readonly FieldError[]): string | undefined {
  const texts = [...new Set(errors.map(({ field, message }) => `${field}: ${message}`))];
  return texts.length > 1 ? `[${texts.join(', ')}]` : texts[0];
}
