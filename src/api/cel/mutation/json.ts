// What an expression made, as JSON. Values share parts, so that a short expression can stand for a text without end: what is
// written is limited. The types of objects are checked, too: each must be named after its path.
// Upstream: staging/src/k8s.io/apiserver/pkg/cel/mutation/dynamic/objects.go.
import { toText } from '../values/convert.ts';
import { Duration, Timestamp } from '../values/time.ts';
import { isList, isMap, type MapValue, typeOfValue, Uint, type Value } from '../values/value.ts';
import { Built } from './built.ts';

/** The message is upstream's. */
export class MutationError extends Error {}

/** Values, and characters of texts, that one mutation may write: more than any object that can be stored has. */
const MOST_VALUES = 200_000;
const MOST_CHARACTERS = 3 * 1024 * 1024;

/** `typePath` names the type that objects must have here; undefined: their types are not checked. */
export function builtJson(value: Value, typePath: string | undefined): unknown {
  const writer = new Writer();
  const json = writer.json(value, typePath);
  if (writer.mismatches.length > 0) throw new MutationError(`type mismatch: ${writer.mismatches.join('\n')}`);
  return json;
}

class Writer {
  readonly mismatches: string[] = [];
  #values = MOST_VALUES;
  #characters = MOST_CHARACTERS;

  json(value: Value, typePath: string | undefined): unknown {
    if (--this.#values < 0) throw new MutationError('the value is too large');
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'boolean':
        return value;
      case 'number':
        return finite(value);
      case 'bigint':
        return integer(value);
    }
    if (value === null) return null;
    if (value instanceof Uint) return integer(value.value);
    if (value instanceof Built) return this.#object(value, typePath);
    if (isList(value)) return [...value].map((item) => this.json(item, typePath));
    if (isMap(value)) return this.#map(value, typePath);
    if (value instanceof Uint8Array) return this.#text(Buffer.from(value).toString('base64'));
    if (value instanceof Timestamp || value instanceof Duration) return this.#text(String(toText(value)));
    throw new MutationError(`unsupported type: ${typeOfValue(value).name}`);
  }

  #text(text: string): string {
    this.#characters -= text.length;
    if (this.#characters < 0) throw new MutationError('the value is too large');
    return text;
  }

  #object({ type, fields }: Built, typePath: string | undefined): object {
    if (typePath !== undefined && type.name !== typePath)
      this.mismatches.push(
        `unexpected type name ${JSON.stringify(type.name)}, expected ${JSON.stringify(typePath)}, which matches field name path from root Object type`,
      );
    const entries = [...fields].map(([name, value]) => {
      const path = typePath === undefined ? undefined : `${typePath}.${name}`;
      return [this.#text(name), this.json(value, path)];
    });
    return Object.fromEntries(entries);
  }

  #map(value: MapValue, typePath: string | undefined): object {
    const entries: [string, unknown][] = [];
    for (const key of value.keys()) {
      if (typeof key !== 'string')
        throw new MutationError(`map key ${toText(key)} is of type ${typeOfValue(key).name}, not string`);
      entries.push([this.#text(key), this.json(value.get(key) as Value, typePath)]);
    }
    return Object.fromEntries(entries);
  }
}

function finite(value: number): number {
  if (Number.isFinite(value)) return value;
  throw new MutationError('JSON has no such number');
}

const integer = (value: bigint): number | bigint =>
  value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= BigInt(Number.MIN_SAFE_INTEGER)
    ? Number(value)
    : value;
