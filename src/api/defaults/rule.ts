// The shape of a defaulting rule: a function that fills one struct's value in place, after the constants of its fields and
// before those of the structs inside it.
import type { Of, StructType } from '../schema/notation.ts';

export type Json = Record<string, unknown>;
/** Each rule takes the values of its own struct only. */
export type Rule = (value: never) => void;
export type Entry = readonly [StructType, Rule];

/** Structs that are always written are filled in by decoding: rules may rely on them. */
export function on<S extends StructType>(type: S, rule: (value: Of<S>) => void): Entry {
  return [type, rule];
}
