// How functions are declared: a name, the id of the overload, its signature as text, and what it does. Ids and signatures are
// those of upstream: costs are found by them, and messages show them.

import { type Signature, signature } from '../types/signature.ts';
import type { Result, Value } from '../values/value.ts';

export interface Overload extends Signature {
  readonly id: string;
  readonly name: string;
  /** Called on a target, which is the first parameter. */
  readonly member: boolean;
  readonly run: (...args: Value[]) => Result;
  /** It gets errors, too. */
  readonly lenient: boolean;
}

export type Library = readonly Overload[];

type Run = (...args: never[]) => Result;

function overload(name: string, id: string, text: string, run: Run, member: boolean): Overload {
  return { name, id, member, run: run as (...args: Value[]) => Result, lenient: false, ...signature(text) };
}

/** Arguments fit the parameters' types when `run` is called. */
export const globalFunction = (name: string, id: string, text: string, run: Run): Overload =>
  overload(name, id, text, run, false);
export const memberFunction = (name: string, id: string, text: string, run: Run): Overload =>
  overload(name, id, text, run, true);
export const operator = globalFunction;

/** A declaration without a run of its own: the planner knows what it does. */
export const built = (name: string, id: string, text: string): Overload =>
  overload(name, id, text, () => false, false);
export const builtMember = (name: string, id: string, text: string): Overload =>
  overload(name, id, text, () => false, true);

export const lenient = (declared: Overload): Overload => ({ ...declared, lenient: true });
