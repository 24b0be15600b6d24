// The budget of one JSON patch: what its operations copy, move and compare, and how deep the document may become. A patch of
// 3 MB may name 10,000 operations, each of which could work on the whole document. Called by json-patch.ts.
import { DEEPEST, MOST_BYTES } from '../codec/budget.ts';
import { tooLarge } from '../status/status-error.ts';
import { isObject, type JsonObject } from './json.ts';

/** Operations of one patch (upstream: maxJSONPatchOperations). */
export const MOST_OPERATIONS = 10_000;
/** Characters of JSON that all copies may add (upstream: JSONPatchMaxCopyBytes, 3 MiB). */
export const MOST_COPIED = MOST_BYTES;
/** Characters that a value or a key counts besides its own: what many small ones cost is work, not bytes. */
const PER_VALUE = 12;
/** Elements of lists that insertions and removals may move; upstream has no limit. About 10 ms. */
const MOST_MOVED = 20_000_000;
/** Values that tests may compare; upstream has no limit. About 20 ms. */
const MOST_COMPARED = 1_000_000;

export class PatchBudget {
  #copied = 0;
  #moved = 0;
  #compared = 0;

  /** Measures a value, before it is copied, no further than the limit. */
  copy(value: unknown): void {
    this.#measure(value, 0);
  }

  move(elements: number): void {
    this.#moved += elements;
    if (this.#moved > MOST_MOVED)
      throw tooLarge(`The allowed maximum of list elements moved by a JSON patch is ${MOST_MOVED}`);
  }

  equal(a: unknown, b: unknown): boolean {
    if (a === b) return true;
    if (Array.isArray(a))
      return Array.isArray(b) && a.length === b.length && a.every((item, i) => this.equal(item, b[i]));
    if (!isObject(a) || !isObject(b)) return false;
    const keys = Object.keys(a);
    this.#compared += keys.length + 1;
    if (this.#compared > MOST_COMPARED)
      throw tooLarge(`The allowed maximum of values compared by a JSON patch is ${MOST_COMPARED}`);
    if (keys.length !== Object.keys(b).length) return false;
    return keys.every((key) => Object.hasOwn(b, key) && this.equal(a[key], b[key]));
  }

  #measure(value: unknown, depth: number): void {
    if (typeof value !== 'object' || value === null)
      return this.#charge(typeof value === 'string' ? value.length + PER_VALUE : PER_VALUE);
    if (depth >= DEEPEST) throw tooDeep();
    this.#charge(PER_VALUE);
    const isList = Array.isArray(value);
    for (const key in value) {
      if (!isList) this.#charge(key.length + PER_VALUE);
      this.#measure((value as JsonObject)[key], depth + 1);
    }
  }

  #charge(size: number): void {
    this.#copied += size;
    if (this.#copied > MOST_COPIED)
      throw tooLarge(
        `Unable to complete the copy, the accumulated size increase of copy is ${this.#copied}, exceeding the limit ${MOST_COPIED}`,
      );
  }
}

const tooDeep = () => tooLarge(`The allowed maximum depth of a patched object is ${DEEPEST}`);

/** The document itself; throws when it is deeper than a body may be. */
export function checkDepth<T>(document: T): T {
  walk(document, 0);
  return document;
}

function walk(value: unknown, depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth >= DEEPEST) throw tooDeep();
  for (const key in value) walk((value as JsonObject)[key], depth + 1);
}
