// The description of any kind that has none of its own: its fields, with names made of theirs.

import { goText } from '../printers/go-values/text.ts';
import { isMap } from '../printers/printer.ts';
import type { KubeObject } from '../resources/object.ts';
import { findEvents, writeEvents } from './events.ts';
import { writeHead } from './metadata.ts';
import type { Subject } from './subject.ts';
import { DescriptionWriter } from './writer.ts';

/** `path`: the object's own. */
export async function describeAnything(subject: Subject, path: string): Promise<string> {
  const object = await subject.requests.json<KubeObject>({ path });
  const events = await findEvents(subject, object);
  const w = new DescriptionWriter();
  writeHead(w, object);
  writeFields(w, 0, object, '');
  writeEvents(w, events, subject.now);
  return w.text();
}

const SHOWN_ABOVE = new Set(
  ['managedFields', 'name', 'namespace', 'labels', 'annotations'].map((field) => `.metadata.${field}`),
);

function writeFields(w: DescriptionWriter, level: number, fields: object, prefix: string): void {
  for (const [field, value] of Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = `${prefix}.${field}`;
    if (SHOWN_ABOVE.has(path)) continue;
    const label = labelOf(field);
    if (isMap(value)) {
      w.write(level, `${label}:\n`);
      writeFields(w, level + 1, value, path);
    } else if (Array.isArray(value)) {
      w.write(level, `${label}:\n`);
      for (const item of value) {
        if (isMap(item)) writeFields(w, level + 1, item, path);
        else w.write(level + 1, `${goText(item)}\n`);
      }
    } else w.row(level, label, goText(value));
  }
}

const ACRONYMS = new Set(['API', 'URL', 'UID', 'GUID']);

/** `observedGeneration` as `Observed Generation`, `apiVersion` as `API Version`. */
export function labelOf(field: string): string {
  if (!/^[\p{L}-]+$/u.test(field)) return field;
  return mergedWords(wordsOf(field))
    .map((word) => {
      if (ACRONYMS.has(word.toUpperCase())) return word.toUpperCase();
      return word.toLowerCase() === word ? word.charAt(0).toUpperCase() + word.slice(1) : word;
    })
    .join(' ');
}

/** Runs of capitals, of small letters, of others; the last capital of a run belongs to the small letters behind it. */
function wordsOf(field: string): string[] {
  const words: string[] = [];
  let last = '';
  for (const character of field) {
    const kind = /\p{Lu}/u.test(character) ? 'upper' : /\p{Ll}/u.test(character) ? 'lower' : 'other';
    const before = words.at(-1) ?? '';
    if (kind === last) words[words.length - 1] = before + character;
    else if (kind === 'lower' && last === 'upper') {
      words[words.length - 1] = before.slice(0, -1);
      words.push(before.slice(-1) + character);
    } else words.push(character);
    last = kind;
  }
  return words.filter((word) => word !== '');
}

/** Capitals of two and more stay with a capitalized word behind them: `IPBlock`. */
function mergedWords(words: readonly string[]): string[] {
  const merged: string[] = [];
  for (let i = 0; i < words.length; i++) {
    const [word, next] = [words[i]!, words[i + 1]];
    const isAcronym = word.length >= 2 && !/\p{Ll}/u.test(word);
    if (isAcronym && next !== undefined && /^\p{Lu}/u.test(next)) {
      merged.push(word + next);
      i++;
    } else merged.push(word);
  }
  return merged;
}
