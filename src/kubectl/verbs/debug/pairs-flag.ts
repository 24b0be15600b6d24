// A flag that is given as NAME=VALUE pairs with commas between them (pflag's stringToString), in the order given.
import { type Flag, stringSliceFlag } from '../../command/flag.ts';

export type Pairs = readonly (readonly [name: string, value: string])[];

export function pairsFlag(usage: string): Flag<Pairs | undefined> {
  const parts = stringSliceFlag(usage);
  return {
    type: 'stringToString',
    usage,
    initial: undefined,
    shown: '[]',
    read: (text, before = []) => {
      const words = text.split('=').length === 2 ? [unquoted(text)] : parts.read(text, undefined);
      return [...before, ...words.map(pair)];
    },
  };
}

const unquoted = (text: string): string => {
  let [start, end] = [0, text.length];
  while (text[start] === '"') start++;
  while (end > start && text[end - 1] === '"') end--;
  return text.slice(start, end);
};

function pair(word: string): readonly [string, string] {
  const equals = word.indexOf('=');
  if (equals < 0) throw new Error(`${word} must be formatted as key=value`);
  return [word.slice(0, equals), word.slice(equals + 1)];
}
