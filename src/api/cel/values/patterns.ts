// Regular expressions in expressions. The steps of a match are work of the evaluation that asks.

import { type Pattern, Patterns } from '../../schema/re2.ts';
import { spendWork } from '../evaluate/budget.ts';
import { CelError } from './value.ts';

const longest = 4_096;
const patterns = new Patterns(1_000);

export function compilePattern(pattern: string): Pattern | CelError {
  if (pattern.length > longest)
    return new CelError(`error parsing regexp: expression is longer than ${longest} characters`);
  const found = patterns.compile(pattern);
  return found instanceof Error ? new CelError(found.message) : found;
}

export function matchPattern(text: string, pattern: string): boolean | CelError {
  const found = compilePattern(pattern);
  if (found instanceof CelError) return found;
  spendMatch(found, text);
  return found.matcher(text).find();
}

export function spendMatch(pattern: Pattern, text: string): void {
  spendWork((pattern.programSize() * text.length) / 4);
}
