// `Did you mean this?`: names that a mistyped word may stand for, as cobra finds them.

import type { CommandEntry } from './command.ts';

const NEAR = 2;

/** Names at a distance of two, or that begin with the word, in the order in which cobra lists commands. */
export const suggestions = (
  word: string,
  entries: readonly Pick<CommandEntry, 'name' | 'suggestFor' | 'hidden'>[],
): string[] =>
  entries
    .filter(
      ({ name, suggestFor = [], hidden }) =>
        !hidden &&
        (suggestFor.includes(word) ||
          distance(word.toLowerCase(), name.toLowerCase()) <= NEAR ||
          name.toLowerCase().startsWith(word.toLowerCase())),
    )
    .map(({ name }) => name);

/** Characters to insert, remove or replace. */
export function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > NEAR) return NEAR + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next.push(a[i - 1] === b[j - 1] ? row[j - 1]! : 1 + Math.min(row[j]!, next[j - 1]!, row[j - 1]!));
    row = next;
  }
  return row[b.length]!;
}
