// The budget of one body: how deep, how many keys and how many values it may have. It is checked on the text, before anything is
// built from it, because building costs about a microsecond per distinct key. A 413, as for a body with too many bytes.
// Called by json.ts and yaml.ts; protobuf counts while it reads.
import { behindString } from '../../kit/exact-json.ts';
import { tooLarge } from '../status/status-error.ts';

/** Levels of objects and lists; upstream refuses 10,000. The deepest valid objects (schemas of custom kinds) stay below 100. */
export const DEEPEST = 1_000;
/** Keys of one object. Upstream has no limit; 256 KiB of annotations are 5,000 of ordinary length. */
export const MOST_KEYS_OF_OBJECT = 16_384;
/** Keys of all objects. A definition of 1.5 MiB has about 50,000. */
export const MOST_KEYS = 65_536;
/** Keys of all objects and elements of all lists. */
export const MOST_VALUES = 131_072;
/** Bytes of a request body, and of the JSON that YAML with aliases stands for (upstream: MaxRequestBodyBytes). */
export const MOST_BYTES = 3 * 1024 * 1024;

export const tooManyKeys = () => tooLarge(`Request entity too large: limit is ${MOST_KEYS} keys`);
export const tooManyKeysOfObject = () =>
  tooLarge(`Request entity too large: limit is ${MOST_KEYS_OF_OBJECT} keys in one object`);
export const tooManyValues = () => tooLarge(`Request entity too large: limit is ${MOST_VALUES} values`);
export const tooManyBytes = () => tooLarge(`Request entity too large: limit is ${MOST_BYTES}`);

export interface Survey {
  readonly keys: number;
  readonly tooDeep: boolean;
  /** There may be a number with an exponent. */
  readonly exponents: boolean;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const quote = 34;
const comma = 44;
const colon = 58;

/** Keys of the open objects, by depth. Used anew by every call: making it takes longer than surveying a small body. */
const keysOf = new Uint32Array(DEEPEST + 1);

/** Counts keys without building anything; throws when the text is over the budget. Exact for valid JSON only. */
export function survey(text: string): Survey {
  keysOf[0] = 0;
  let open = 0;
  let keys = 0;
  let commas = 0;
  let exponents = false;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === quote) i = behindString(text, i) - 1;
    else if (c === colon) {
      if (++keys > MOST_KEYS) throw tooManyKeys();
      if (++keysOf[open]! > MOST_KEYS_OF_OBJECT) throw tooManyKeysOfObject();
    } else if (c === comma) {
      if (++commas > MOST_VALUES) throw tooManyValues();
    } else if (c === 123 || c === 91) {
      if (++open > DEEPEST) return { keys, tooDeep: true, exponents };
      keysOf[open] = 0;
    } else if (c === 125 || c === 93) {
      if (open > 0) open--;
    } else if ((c === 101 || c === 69) && isDigit(text.charCodeAt(i - 1))) exponents = true;
  }
  return { keys, tooDeep: false, exponents };
}
