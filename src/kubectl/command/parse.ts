// Reads a command line as pflag and cobra do: which command is meant, its flags, and the words that are left. Errors are in their words.
import { UsageError } from '../errors/errors.ts';
import type { Flag, Flags } from './flag.ts';

export interface ParsedWords {
  readonly args: readonly string[];
  /** How many of `args` stand before `--`; -1 without one. */
  readonly argsBeforeDash: number;
  /** Values of the flags that were given. */
  readonly given: ReadonlyMap<string, unknown>;
  /** Messages about deprecated flags that were given. */
  readonly notices: readonly string[];
}

const normalized = (name: string): string => name.replaceAll('_', '-');

const own = (flags: Flags, name: string): Flag<unknown> | undefined =>
  Object.hasOwn(flags, name) ? flags[name] : undefined;

/** Throws a UsageError. */
export function parseFlags(words: readonly string[], flags: Flags): ParsedWords {
  const byLetter = new Map<string, string>();
  for (const [name, flag] of Object.entries(flags)) if (flag.short) byLetter.set(flag.short, name);
  const given = new Map<string, unknown>();
  const notices: string[] = [];
  const args: string[] = [];
  let argsBeforeDash = -1;

  const set = (name: string, text: string) => {
    const flag = flags[name]!;
    try {
      given.set(name, flag.read(text, given.get(name)));
    } catch (error) {
      const shown = flag.short && !flag.shortDeprecated ? `-${flag.short}, --${name}` : `--${name}`;
      throw new UsageError(
        `invalid argument ${JSON.stringify(text)} for ${JSON.stringify(shown)} flag: ${(error as Error).message}`,
      );
    }
    if (flag.deprecated) notices.push(`Flag --${name} has been deprecated, ${flag.deprecated}`);
  };

  const long = (word: string, next: () => string | undefined) => {
    const body = word.slice(2);
    if (body === '' || body.startsWith('-') || body.startsWith('='))
      throw new UsageError(`bad flag syntax: ${word}`);
    const equals = body.indexOf('=');
    const name = equals < 0 ? body : body.slice(0, equals);
    const flag = own(flags, normalized(name));
    if (!flag) throw new UsageError(`unknown flag: --${name}`);
    if (equals >= 0) return set(normalized(name), body.slice(equals + 1));
    const value = flag.withoutValue ?? next();
    if (value === undefined) throw new UsageError(`flag needs an argument: --${name}`);
    set(normalized(name), value);
  };

  const group = (word: string, next: () => string | undefined) => {
    for (let letters = word.slice(1); letters !== ''; ) {
      const letter = letters[0]!;
      const name = byLetter.get(letter);
      const flag = name === undefined ? undefined : flags[name];
      if (name === undefined || !flag)
        throw new UsageError(`unknown shorthand flag: '${letter}' in -${letters}`);
      if (flag.shortDeprecated)
        notices.push(`Flag shorthand -${letter} has been deprecated, ${flag.shortDeprecated}`);
      if (letters.length > 2 && letters[1] === '=') return set(name, letters.slice(2));
      if (flag.withoutValue !== undefined) {
        set(name, flag.withoutValue);
        letters = letters.slice(1);
        continue;
      }
      if (letters.length > 1) return set(name, letters.slice(1));
      const value = next();
      if (value === undefined) throw new UsageError(`flag needs an argument: '${letter}' in -${letters}`);
      return set(name, value);
    }
  };

  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    const next = () => (i + 1 < words.length ? words[++i] : undefined);
    if (!word.startsWith('-') || word === '-') args.push(word);
    else if (word === '--') {
      argsBeforeDash = args.length;
      for (const rest of words.slice(i + 1)) args.push(rest);
      break;
    } else if (word.startsWith('--')) long(word, next);
    else group(word, next);
  }
  return { args, argsBeforeDash, given, notices };
}

/** Where the first word stands that is neither a flag nor a flag's value: there a subcommand's name may be. -1 without one. */
export function firstArgument(words: readonly string[], flags: Flags): number {
  const letters = new Map<string, Flag<unknown>>();
  for (const flag of Object.values(flags)) if (flag.short) letters.set(flag.short, flag);
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') return -1;
    if (word === '') continue;
    if (!word.startsWith('-')) return i;
    if (word.includes('=')) continue;
    if (word.startsWith('--')) {
      if (own(flags, normalized(word.slice(2)))?.withoutValue === undefined) i++;
    } else if (word.length === 2 && letters.get(word[1]!)?.withoutValue === undefined) i++;
  }
  return -1;
}
