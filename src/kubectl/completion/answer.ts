// Answers a shell that asks what may stand in the place of the last word: `kubectl __complete WORDS… LAST` prints a candidate a line, with a
// description behind a tab, and last how they are to be taken. Nothing that fails here is shown.
import { contextOf } from '../command/context.ts';
import { allFlags, type Found, findCommand } from '../command/find-command.ts';
import type { Flag, Flags } from '../command/flag.ts';
import { type ParsedWords, parseFlags } from '../command/parse.ts';
import { rootCommands } from '../command/tree.ts';
import type { Io } from '../io/io.ts';
import { pluginNames } from '../plugins/find.ts';
import type { Answer } from './answer-type.ts';
import { completeFlagValue } from './flag-values.ts';

/** The bits by which cobra's scripts are told. */
const NO_SPACE = 2;
const NO_FILES = 4;
const FILE_EXTENSIONS = 8;

export async function answerShell(
  words: readonly string[],
  io: Io,
  withDescriptions: boolean,
): Promise<number> {
  const before = words.slice(0, -1);
  const last = words.at(-1) ?? '';
  const { candidates, files, noSpace, extensions } = await answerTo(before, last, io).catch(
    (): Answer => ({ candidates: [] }),
  );
  for (const candidate of candidates) io.out(`${withDescriptions ? candidate : candidate.split('\t')[0]}\n`);
  const directive = extensions ? FILE_EXTENSIONS : (noSpace ? NO_SPACE : 0) + (files ? 0 : NO_FILES);
  io.out(`:${directive}\n`);
  return 0;
}

async function answerTo(before: readonly string[], last: string, io: Io): Promise<Answer> {
  const found = await findCommand(before);
  const words = found?.words ?? before;
  const flags = allFlags(found?.command);
  const pending = pendingFlag(words, flags);
  const equals = last.startsWith('--') ? last.indexOf('=') : -1;
  if (pending || equals > 0) {
    const name = pending ?? last.slice(2, equals);
    const flag = Object.hasOwn(flags, name) ? flags[name] : undefined;
    if (!flag) return { candidates: [] };
    const rest = pending ? words.slice(0, -1) : words;
    return withContext(found, rest, flags, io, (context) =>
      completeFlagValue(name, flag, equals > 0 && !pending ? last.slice(equals + 1) : last, context),
    );
  }
  if (last.startsWith('-') && !words.includes('--')) return { candidates: flagNames(flags, words, last) };
  if (!found) return { candidates: [...namesOf(rootCommands(), last), ...pluginsOf(last, io)] };
  const inner = namesOf(found.command.subcommands ?? [], last);
  const { complete } = found.command;
  if (!complete) return { candidates: inner, files: (found.command.subcommands ?? []).length === 0 };
  const more = await withContext(found, words, flags, io, (context) => complete(context, last));
  return { ...more, candidates: [...inner, ...more.candidates] };
}

async function withContext(
  found: Found | undefined,
  words: readonly string[],
  flags: Flags,
  io: Io,
  ask: (context: ReturnType<typeof contextOf>['context']) => Promise<Answer>,
): Promise<Answer> {
  const command = found ?? {
    entry: { name: 'kubectl', short: '' },
    command: { use: 'kubectl' },
    path: 'kubectl',
    words,
  };
  const parsed: ParsedWords = parseFlags(words, flags);
  const quiet: Io = { ...io, err: () => {} };
  const { context, session } = contextOf(command, parsed, quiet);
  try {
    return await ask(context);
  } finally {
    session.close();
  }
}

/** The flag whose value the next word is. */
function pendingFlag(words: readonly string[], flags: Flags): string | undefined {
  const word = words.at(-1) ?? '';
  if (!word.startsWith('-') || word.includes('=') || word === '--' || word === '-') return undefined;
  const name = word.startsWith('--')
    ? word.slice(2)
    : Object.keys(flags).find((one) => flags[one]?.short === word.at(-1));
  if (name === undefined || !Object.hasOwn(flags, name)) return undefined;
  return flags[name]?.withoutValue === undefined ? name : undefined;
}

const shown = ([, flag]: readonly [string, Flag<unknown>]): boolean => !flag.hidden && !flag.deprecated;

/** Flags that take one value are offered once. */
function flagNames(flags: Flags, words: readonly string[], last: string): string[] {
  const isGiven = (name: string) =>
    words.some((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  return Object.entries(flags)
    .filter(shown)
    .filter(([name, { type }]) => /Slice|Array/.test(type) || !isGiven(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, { short, usage }]) => [
      `--${name}\t${usage}`,
      ...(short && last.length < 3 && !last.startsWith('--') ? [`-${short}\t${usage}`] : []),
    ])
    .filter((candidate) => candidate.startsWith(last));
}

const namesOf = (
  entries: readonly {
    readonly name: string;
    readonly short: string;
    readonly hidden?: boolean;
  }[],
  last: string,
): string[] =>
  entries
    .filter(({ name, hidden }) => !hidden && name.startsWith(last))
    .map(({ name, short }) => `${name}\t${short}`)
    .sort();

const pluginsOf = (last: string, io: Io): string[] =>
  [...new Set(pluginNames(io).map((name) => name.split(' ')[0]!))]
    .filter((name) => name.startsWith(last) && !rootCommands().some((entry) => entry.name === name))
    .map((name) => `${name}\tThe command ${name} is a plugin installed by the user`);
