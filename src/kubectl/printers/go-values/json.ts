// JSON as Go's encoding/json writes it: keys sorted, and <, >, &, U+2028 and U+2029 escaped. Called by the json format, and
// wherever a path or a template prints a map or a list.
import { isMap } from '../printer.ts';
import { sortedKeys } from './text.ts';

const ESCAPED: Readonly<Record<string, string>> = {
  '<': '\\u003c',
  '>': '\\u003e',
  '&': '\\u0026',
  '\u2028': '\\u2028',
  '\u2029': '\\u2029',
};

/** With an indent, one member a line. `keepOrder`: the members as they are, which is how Go writes its own structs. */
export function goJson(value: unknown, indent = '', keepOrder = false): string {
  const keysOf = keepOrder ? Object.keys : sortedKeys;
  const colon = indent === '' ? ':' : ': ';
  const write = (of: unknown, newline: string): string => {
    if (of === null || of === undefined) return 'null';
    if (typeof of === 'string') return stringText(of);
    if (typeof of === 'bigint') return of.toString();
    const inner = indent === '' ? '' : newline + indent;
    const isList = Array.isArray(of);
    if (!isList && !isMap(of)) return JSON.stringify(of);
    const members = isList
      ? of.map((item) => inner + write(item, inner))
      : keysOf(of)
          .filter((key) => of[key] !== undefined)
          .map((key) => inner + stringText(key) + colon + write(of[key], inner));
    const [open, close] = isList ? '[]' : '{}';
    return members.length === 0 ? `${open}${close}` : `${open}${members.join(',')}${newline}${close}`;
  };
  return write(value, indent === '' ? '' : '\n');
}

const stringText = (text: string): string =>
  JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, (character) => ESCAPED[character]!);
