// find() and findAll() of regular expressions.

import { spendWork } from '../evaluate/budget.ts';
import { type Library, memberFunction } from '../library/declare.ts';
import { compilePattern, spendMatch } from '../values/patterns.ts';
import { CelError, Items, type Result } from '../values/value.ts';

function findAll(text: string, pattern: string, limit: number): string[] | CelError {
  const compiled = compilePattern(pattern);
  if (compiled instanceof CelError) return new CelError(`Illegal regex: ${compiled.message}`);
  spendMatch(compiled, text);
  const found: string[] = [];
  const matcher = compiled.matcher(text);
  while (found.length < limit && matcher.find()) {
    spendWork(4);
    found.push(matcher.group() ?? '');
  }
  return found;
}

const all = (text: string, pattern: string, limit: bigint): Result => {
  const found = findAll(text, pattern, limit < 0n ? Number.POSITIVE_INFINITY : Number(limit));
  return found instanceof CelError ? found : new Items(found);
};

export const regexLibrary: Library = [
  memberFunction(
    'find',
    'string_find_string',
    'string, string -> string',
    (text: string, pattern: string) => {
      const found = findAll(text, pattern, 1);
      return found instanceof CelError ? found : (found[0] ?? '');
    },
  ),
  memberFunction(
    'findAll',
    'string_find_all_string',
    'string, string -> list(string)',
    (text: string, pattern: string) => all(text, pattern, -1n),
  ),
  memberFunction('findAll', 'string_find_all_string_int', 'string, string, int -> list(string)', all),
];
