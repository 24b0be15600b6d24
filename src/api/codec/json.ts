// Parses JSON that comes from outside: within the budget, and with the errors of Go's encoding/json. The engine's own words
// would quote the text, which may be a secret. Called by decode.ts, for patches, and wherever else a client's JSON is read.
import { NumberRangeError, parseExactJson, parseUnusualJson } from '../../kit/exact-json.ts';
import { survey } from './budget.ts';
import { JsonSyntaxError, scan } from './scan.ts';

export { JsonSyntaxError };

export interface ParsedJson {
  readonly value: unknown;
  /** Keys of all objects, repeated ones counted again. */
  readonly keys: number;
}

/** Throws JsonSyntaxError, or a StatusError (413) for a text that is over the budget. */
export function readJson(text: string): ParsedJson {
  const { keys, tooDeep, exponents } = survey(text);
  if (tooDeep) throw new JsonSyntaxError('exceeded max depth');
  try {
    return { value: exponents ? parseUnusualJson(text) : parseExactJson(text), keys };
  } catch (error) {
    if (error instanceof NumberRangeError) throw new JsonSyntaxError(error.message);
    scan(text);
    // The two parsers agree on what is JSON.
    throw new JsonSyntaxError('invalid JSON');
  }
}

export const parseJson = (text: string): unknown => readJson(text).value;
