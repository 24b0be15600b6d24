// YAML as sigs.k8s.io/yaml writes it, to the byte: keys sorted, lists not indented below their key. Called by the yaml format,
// and by verbs that write files for an editor or a diff.

import { numberText } from '../go-values/text.ts';
import { isMap } from '../printer.ts';
import { inYamlOrder } from './keys.ts';
import { scalarText } from './scalar.ts';

export const toYaml = (value: unknown): string => {
  if (isMap(value) && Object.keys(value).length > 0) return mapLines(value, 0);
  if (Array.isArray(value) && value.length > 0) return listLines(value, 0);
  return `${leaf(value, 0, 2)}\n`;
};

/** A key longer than this is written behind a question mark. */
const LONGEST_SIMPLE_KEY = 128;

function mapLines(map: object, indent: number): string {
  const pad = ' '.repeat(indent);
  const lines: string[] = [];
  for (const key of inYamlOrder(map)) {
    const value = (map as Record<string, unknown>)[key];
    if (value === undefined) continue;
    const isSimple = !key.includes('\n') && Buffer.byteLength(key) <= LONGEST_SIMPLE_KEY;
    const place = { column: indent + (isSimple ? 0 : 2), indent: indent + 2, isKey: isSimple };
    const name = scalarText(key, place);
    lines.push(
      isSimple
        ? `${pad}${name}:${behindKey(value, indent, indent + name.length + 2)}`
        : `${pad}? ${name}\n${pad}: ${behindMark(value, indent + 2)}`,
    );
  }
  return lines.join('');
}

function behindKey(value: unknown, indent: number, column: number): string {
  if (isMap(value) && Object.keys(value).length > 0) return `\n${mapLines(value, indent + 2)}`;
  if (Array.isArray(value) && value.length > 0) return `\n${listLines(value, indent)}`;
  return ` ${leaf(value, column, indent + 2)}\n`;
}

function listLines(list: readonly unknown[], indent: number): string {
  const pad = ' '.repeat(indent);
  return list.map((item) => `${pad}- ${behindMark(item, indent + 2)}`).join('');
}

/** Behind "- ": the first line stands on the line of the mark. */
function behindMark(value: unknown, indent: number): string {
  if (isMap(value) && Object.keys(value).length > 0) return mapLines(value, indent).slice(indent);
  if (Array.isArray(value) && value.length > 0) return listLines(value, indent).slice(indent);
  return `${leaf(value, indent, indent)}\n`;
}

function leaf(value: unknown, column: number, indent: number): string {
  if (value === null || value === undefined) return 'null';
  if (typeof value === 'string') return scalarText(value, { column, indent, isKey: false });
  if (typeof value === 'number' || typeof value === 'bigint') return numberText(value);
  if (Array.isArray(value)) return '[]';
  return isMap(value) ? '{}' : String(value);
}
