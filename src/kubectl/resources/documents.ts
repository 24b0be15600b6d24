// The documents of a text: YAML separated by `---`, or JSON values one behind another. Called by files.ts; a document that cannot be read
// fails when its turn comes, after those before it.
import { parseYamlLeniently } from '../../api/codec/yaml.ts';
import { yamlProblem } from '../../api/codec/yaml-errors.ts';
import { behindString, parseExactJson } from '../../kit/exact-json.ts';

/** Throws with the source in front of the reason. */
export function* documentsOf(text: string, source: string): Generator<unknown> {
  const parts = looksLikeJson(text) ? jsonTexts(text) : yamlTexts(text);
  for (const part of parts) {
    if (isEmpty(part)) continue;
    let value: unknown;
    try {
      value = part.trimStart().startsWith('{') ? jsonOrYaml(part) : parseYamlLeniently(part);
    } catch (error) {
      throw new Error(`error parsing ${source}: ${problemOf(error)}`);
    }
    if (value !== null && value !== undefined) yield value;
  }
}

/** Nothing but comments. */
const isEmpty = (text: string): boolean =>
  text.split('\n').every((line) => line.trim() === '' || line.trimStart().startsWith('#'));

/** Flow mappings of YAML begin as JSON does. */
function jsonOrYaml(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return parseYamlLeniently(text);
  }
}

const problemOf = (error: unknown): string =>
  error instanceof Error && 'mark' in error
    ? `error converting YAML to JSON: yaml: ${yamlProblem(error)}`
    : (error as Error).message;

const looksLikeJson = (text: string): boolean => text.trimStart().startsWith('{');

/** A separator is a line that begins with `---`; what follows on it, such as a comment, belongs to no document. */
function* yamlTexts(text: string): Generator<string> {
  let from = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const next = end < 0 ? text.length : end + 1;
    if (
      text.startsWith('---', at) &&
      /^---(?:[ \t\r]|$)/.test(text.slice(at, Math.min(end < 0 ? text.length : end, at + 4)))
    ) {
      yield text.slice(from, at);
      from = at + 3;
    }
    at = next;
  }
  yield text.slice(from);
}

/** Where each value of `{…} {…}` ends; documents of YAML may follow behind `---`. */
function* jsonTexts(text: string): Generator<string> {
  let from = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === '"') i = behindString(text, i) - 1;
    else if (char === '{' || char === '[') depth++;
    else if (char === '}' || char === ']') {
      depth--;
      if (depth > 0) continue;
      yield text.slice(from, i + 1);
      from = i + 1;
      from = behindSeparator(text, from);
      i = from - 1;
      if (from < text.length && text[from] !== '{') {
        yield* yamlTexts(text.slice(from));
        return;
      }
    }
  }
  if (text.slice(from).trim() !== '') yield text.slice(from);
}

/** Behind white space and one separator line, if there is one. */
function behindSeparator(text: string, from: number): number {
  let at = behindSpace(text, from);
  if (!text.startsWith('---', at)) return at;
  const end = text.indexOf('\n', at);
  at = end < 0 ? text.length : end + 1;
  return behindSpace(text, at);
}

function behindSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at++;
  return at;
}
