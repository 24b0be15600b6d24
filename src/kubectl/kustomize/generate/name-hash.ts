// The suffix of generated names: a hash of the content, so that a change makes a new object and whatever refers to it is rolled out.
import { createHash } from 'node:crypto';
import { sortedGoJson } from '../../../api/codec/go-json.ts';
import { getKey, isObject, type JsonObject } from '../../../api/patch/json.ts';

const LETTERS: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

/** Ten characters; no vowels, so that they spell nothing. */
export function nameHash(object: JsonObject): string {
  const hash = createHash('sha256')
    .update(sortedGoJson(hashed(object)))
    .digest('hex')
    .slice(0, 10);
  return [...hash].map((letter) => LETTERS[letter] ?? letter).join('');
}

function hashed(object: JsonObject): JsonObject {
  const { kind } = object;
  // Upstream means the name here, but looks it up under another key: it is always empty.
  const name = '';
  const data = getKey(object, 'data') ?? '';
  if (kind === 'ConfigMap') return { kind, name, data, ...present(object, 'binaryData') };
  if (kind === 'Secret')
    return { kind, type: getKey(object, 'type') ?? '', name, data, ...present(object, 'stringData') };
  return object;
}

const present = (object: JsonObject, key: string): JsonObject =>
  isObject(getKey(object, key)) ? { [key]: object[key] } : {};
