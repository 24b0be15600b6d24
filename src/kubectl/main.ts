// `kubectl WORDS…`: finds the command, reads its flags, runs it, prints its error. `runKubectl` has no effect but through `io`, so tests
// run verbs in their own process. Called by entry.ts (dist/kubectl.mjs) and src/cli.
import type { Command, CommandEntry, Context } from './command/command.ts';
import { boolFlag, type Flags } from './command/flag.ts';
import { type GlobalFlags, globalFlags } from './command/global-flags.ts';
import { firstArgument, type ParsedWords, parseFlags } from './command/parse.ts';
import { commandGroups, rootCommands } from './command/tree.ts';
import { UsageError } from './errors/errors.ts';
import type { Io } from './io/io.ts';
import { OpenSession } from './session/open-session.ts';

const helpFlag = { help: boolFlag(false, 'help for the command', { short: 'h', hidden: true }) };

interface Found {
  readonly entry: CommandEntry;
  readonly command: Command;
  readonly path: string;
  readonly words: readonly string[];
}

/** The exit code. */
export async function runKubectl(words: readonly string[], io: Io): Promise<number> {
  try {
    return await run(words, io);
  } catch (error) {
    const { errorText } = await import('./errors/text.ts');
    const { text, code } = errorText(error);
    if (text) io.err(text.endsWith('\n') ? text : `${text}\n`);
    return code;
  }
}

async function run(words: readonly string[], io: Io): Promise<number> {
  const found = await findCommand(words);
  if (!found) return runRoot(words, io);
  const { command, path } = found;
  const flags = { ...globalFlags, ...command.flags, ...helpFlag };
  const parsed = parsedOrUsage(found.words, flags, path);
  for (const notice of parsed.notices) io.err(`${notice}\n`);
  if (parsed.given.get('help') === true) {
    io.out(await helpOf(found));
    return 0;
  }
  return runCommand(found, parsed, io);
}

function parsedOrUsage(words: readonly string[], flags: Flags, path: string): ParsedWords {
  try {
    return parseFlags(words, flags);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new Error(`${error.message}\nSee '${path} --help' for usage.`);
  }
}

const helpOf = async ({ path, entry, command }: Found): Promise<string> =>
  (await import('./command/help.ts')).commandHelp(path, entry, command);

async function findCommand(words: readonly string[]): Promise<Found | undefined> {
  let entries = rootCommands();
  let found: Omit<Found, 'words'> | undefined;
  let rest = words;
  let path = 'kubectl';
  for (;;) {
    const at = firstArgument(rest, { ...globalFlags, ...found?.command.flags, ...helpFlag });
    const name = at < 0 ? undefined : rest[at];
    const entry = entries.find((one) => one.name === name || one.aliases?.includes(name ?? ''));
    if (!entry?.load) return found && { ...found, words: rest };
    const command = (await entry.load()).default;
    path = `${path} ${entry.name}`;
    found = { entry, command, path };
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
    entries = command.subcommands ?? [];
    if (entries.length === 0) return { ...found, words: rest };
  }
}

async function runCommand(found: Found, parsed: ParsedWords, io: Io): Promise<number> {
  const { command, path } = found;
  const missing = Object.entries(command.flags ?? {})
    .filter(([name, flag]) => flag.required && !parsed.given.has(name))
    .map(([name]) => `"${name}"`);
  if (missing.length > 0) throw new Error(`required flag(s) ${missing.join(', ')} not set`);
  const values = valuesOf({ ...globalFlags, ...command.flags }, parsed);
  const usageError = (message: string) => new Error(`${message}\nSee '${path} -h' for help and examples`);
  const help = async (to: 'stdout' | 'stderr' = 'stdout') => {
    const text = await helpOf(found);
    if (to === 'stdout') io.out(text);
    else io.err(text);
  };
  if (!command.run) {
    if (parsed.args.length > 0) throw usageError(`unknown command ${JSON.stringify(parsed.args.join(' '))}`);
    await help('stderr');
    return 1;
  }
  const { userAgent } = await import('./session/user-agent.ts');
  const session = new OpenSession({ flags: globalValues(command, parsed), io, userAgent, commandPath: path });
  const context: Context = {
    args: parsed.args,
    argsBeforeDash: parsed.argsBeforeDash,
    flags: values,
    changed: (name) => parsed.given.has(name),
    io,
    session,
    path,
    usageError,
    help,
  };
  try {
    const code = (await command.run(context)) ?? 0;
    return code === 0 ? failedByWarnings(session) : code;
  } finally {
    session.close();
  }
}

function failedByWarnings(session: OpenSession): number {
  const count = session.warnings();
  if (!session.flags['warnings-as-errors'] || count === 0) return 0;
  throw new Error(`${count} warning${count === 1 ? '' : 's'} received`);
}

function valuesOf(flags: Flags, { given }: ParsedWords): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags))
    out[name] = given.has(name) ? given.get(name) : flag.initial;
  return out;
}

/** A command's flag of the same name, such as `create rolebinding --user`, is not the global one. */
function globalValues(command: Command, parsed: ParsedWords): GlobalFlags {
  const own = new Set(Object.keys(command.flags ?? {}));
  const given = new Map([...parsed.given].filter(([name]) => !own.has(name)));
  return valuesOf(globalFlags, { ...parsed, given }) as GlobalFlags;
}

async function runRoot(words: readonly string[], io: Io): Promise<number> {
  const at = firstArgument(words, { ...globalFlags, ...helpFlag });
  const name = at < 0 ? undefined : words[at]!;
  if (name === 'help') return runHelp(words.slice(at + 1), io);
  if (name === undefined) {
    parsedOrUsage(words, { ...globalFlags, ...helpFlag }, 'kubectl');
    io.out((await import('./command/help.ts')).rootHelp(commandGroups));
    return 0;
  }
  const { suggestions } = await import('./command/suggest.ts');
  const near = suggestions(
    name,
    rootCommands().map((entry) => entry.name),
  );
  const hint = near.length > 0 ? `\n\nDid you mean this?\n${near.map((one) => `\t${one}\n`).join('')}` : '';
  throw new Error(`unknown command ${JSON.stringify(name)} for "kubectl"${hint}`);
}

async function runHelp(words: readonly string[], io: Io): Promise<number> {
  const found = words.length > 0 ? await findCommand(words) : undefined;
  if (found) {
    io.out(await helpOf(found));
    return 0;
  }
  const { rootHelp } = await import('./command/help.ts');
  io.out(
    words.length > 0
      ? `Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n${rootHelp(commandGroups)}`
      : rootHelp(commandGroups),
  );
  return words.length > 0 ? 1 : 0;
}

/** Whether the first word that is no flag names one of our commands. */
export async function knowsCommand(words: readonly string[]): Promise<boolean> {
  return (await findCommand(words)) !== undefined;
}
