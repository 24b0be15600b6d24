// The position of a walk through a value, and what it finds: unknown fields, and the first value that does not fit, in Go's words.
// Used by conform.ts and custom/prune.ts.
import type { StructType, Type } from '../schema/notation.ts';
import { MOST_REPORTED, pathText } from './scan.ts';

/**
 * `partial` checks and prunes but keeps zero values and adds nothing (patches, apply configurations);
 * `object` also drops zero values and adds the structs that are always there;
 * `stored` adds the empty scalars, lists and times that Go always writes, too.
 */
export type Form = 'partial' | 'object' | 'stored';

/** A step that the path of an unknown field has, but not that of a value of the wrong type. */
interface KeyOfMap {
  readonly key: string;
}

export class Walk {
  readonly form: Form;
  /** Paths of the first unknown fields, in the order of the text. */
  readonly unknown: string[] = [];
  /** The first value that does not fit, in Go's words. */
  problem: string | undefined;
  #muted = 0;
  readonly #path: (string | number | KeyOfMap)[] = [];
  readonly #structs: StructType[] = [];

  constructor(form: Form) {
    this.form = form;
  }

  enter(step: string | number | KeyOfMap): void {
    this.#path.push(step);
  }
  leave(): void {
    this.#path.pop();
  }
  open(struct: StructType): void {
    this.#structs.push(struct);
  }
  close(): void {
    this.#structs.pop();
  }

  /** Unknown fields within are dropped without a word, as by Go types that decode themselves. */
  muted<T>(visit: () => T): T {
    this.#muted++;
    const visited = visit();
    this.#muted--;
    return visited;
  }

  foundUnknown(key: string): void {
    if (this.#muted > 0 || this.unknown.length >= MOST_REPORTED) return;
    this.unknown.push(pathText([...this.#steps(), key]));
  }

  #steps(): (string | number)[] {
    return this.#path.map((step) => (typeof step === 'object' ? step.key : step));
  }

  /** Where the walk is, as a field's path. */
  get path(): string {
    return pathText(this.#steps());
  }

  foundProblem(text: string): undefined {
    this.problem ??= text;
    return undefined;
  }

  /** Go's UnmarshalTypeError. `value` is how the text showed it: string, number, number 1.5, array, object, bool. */
  mismatch(value: unknown, goType: string, precise = false): undefined {
    const shown = precise ? `number ${value}` : jsonName(value);
    const struct = this.#structs.at(-1);
    const fields = this.#path.filter((step) => typeof step === 'string');
    const place =
      struct && fields.length > 0 ? `struct field ${shortName(struct)}.${fields.join('.')}` : 'value';
    return this.foundProblem(`json: cannot unmarshal ${shown} into Go ${place} of type ${goType}`);
  }
}

export function jsonName(value: unknown): string {
  if (typeof value === 'bigint') return 'number';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

const shortName = (struct: StructType): string => struct.name.slice(struct.name.lastIndexOf('.') + 1);

/** How Go prints a type, as far as the notation knows it. */
export function goType(type: Type): string {
  switch (type.is) {
    case 'list':
      return `[]${goType(type.of)}`;
    case 'map':
      return `map[string]${goType(type.of)}`;
    case 'struct':
      return type.name.split('.').slice(-2).join('.');
    case 'boolean':
      return 'bool';
    case 'double':
      return 'float64';
    case 'bytes':
      return '[]uint8';
    case 'quantity':
      return 'resource.Quantity';
    case 'int32':
    case 'int64':
      return type.is;
    default:
      return 'string';
  }
}
