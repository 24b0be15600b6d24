// A defaulting rule: a function that changes the value of one struct in place, after the constants of its fields and
// before the defaults of nested structs.
import type { Of, StructType } from '../schema/notation.ts';

export type Json = Record<string, unknown>;
/** Each rule takes the values of its own struct only. */
export type Rule = (value: never) => void;
export type Entry = readonly [StructType, Rule];

/** Decoding adds structs that are always written, so rules may rely on them. */
export function on<S extends StructType>(type: S, rule: (value: Of<S>) => void): Entry {
  return [type, rule];
}

/** Fills in what a struct lacks. One that lacks nothing is not assigned again: it may be part of a stored object, which is frozen. */
export function complete<K extends string, T extends object>(
  owner: { [key in K]?: T | undefined },
  name: K,
  defaults: T,
): void {
  const value: T | undefined = owner[name];
  if (value && Object.keys(defaults).every((key) => Object.hasOwn(value, key))) return;
  owner[name] = { ...defaults, ...value };
}
