// The form in which objects are stored and answered: what Go's round trip would print. Called once per write, after
// defaulting, admission and patches, so that reads can hand out the stored bytes.
import type { StructType } from '../schema/notation.ts';
import { conform } from './conform.ts';
import { Walk } from './walk.ts';

/** Unchanged parts are shared with `object`. `known` is a normalized object that may share parts with it. Values that do not fit their field are an error of the caller. */
export function normalize<T extends object>(kind: StructType, object: T, known?: T): T {
  const walk = new Walk('stored');
  const stored = conform(kind, object, walk, known);
  if (walk.problem !== undefined) throw new TypeError(`${kind.name}: ${walk.problem}`);
  return stored as T;
}
