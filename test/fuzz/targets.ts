// All fuzz targets: every file in the folders beside this one exports an array `targets`.
import { globSync } from 'node:fs';
import type { AnyFuzzTarget } from './target.ts';

/** Those whose name contains one of `words`; all without words. */
export async function fuzzTargets(words: readonly string[] = []): Promise<AnyFuzzTarget[]> {
  const found: AnyFuzzTarget[] = [];
  for (const file of globSync('*/*.ts', { cwd: import.meta.dirname }).sort()) {
    const { targets } = (await import(`./${file}`)) as { targets: readonly AnyFuzzTarget[] };
    found.push(...targets);
  }
  return found.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
}
