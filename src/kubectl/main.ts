// `kubectl WORDS…`: finds the command, reads its flags, runs it, prints its error. `runKubectl` has no effect but through `io`, so tests
// run verbs in their own process. Called by entry.ts (dist/kubectl.mjs) and src/cli.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { contextOf, helpOf } from './command/context.ts';
import { allFlags, type Found, findCommand } from './command/find-command.ts';
import type { Flags } from './command/flag.ts';
import { firstArgument, type ParsedWords, parseFlags } from './command/parse.ts';
import { commandGroups, rootCommands } from './command/tree.ts';
import { ExitError, UsageError } from './errors/errors.ts';
import type { Io } from './io/io.ts';
import type { Applied } from './kuberc/apply.ts';
import type { PluginPolicy } from './session/credentials/plugin-policy.ts';
import type { Session } from './session/session.ts';

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

/** How shells ask what may follow; see completion/. */
const QUESTIONS = ['__complete', '__completeNoDesc'];

async function run(typed: readonly string[], io: Io): Promise<number> {
  const { words, plugins } = await preferred(typed, io);
  const [first = ''] = words;
  if (QUESTIONS.includes(first))
    return (await import('./completion/answer.ts')).answerShell(words.slice(1), io, first === '__complete');
  const found = await findCommand(words);
  if (!found || takesPlugins(found)) {
    const { runPlugin } = await import('./plugins/run.ts');
    const code = await runPlugin(words, found ? 2 : 1, io);
    if (code !== undefined) return code;
  }
  if (!found) return runRoot(words, io);
  const { command, path } = found;
  const parsed = parsedOrUsage(found.words, allFlags(command), path, command.badFlagCode);
  for (const notice of parsed.notices) io.err(`${notice}\n`);
  if (parsed.given.get('help') === true) {
    io.out(await helpOf(found));
    return 0;
  }
  return runCommand(found, parsed, io, plugins);
}

/** The words with the preferences of a kuberc file; its code is loaded only where there is one. */
async function preferred(words: readonly string[], io: Io): Promise<Applied> {
  const { env } = io;
  const at = words.findIndex((word) => word === '--kuberc' || word.startsWith('--kuberc='));
  const flag = at < 0 ? '' : (words[at]!.split('=', 2)[1] ?? words[at + 1] ?? '');
  const isOff = env.KUBECTL_KUBERC?.toLowerCase() === 'false' || (env.KUBERC === 'off' && flag === '');
  if (isOff || (flag === '' && !env.KUBERC && !existsSync(join(env.HOME || '/', '.kube', 'kuberc'))))
    return { words, plugins: undefined };
  const [{ applyPreferences }, { placeOf }] = await Promise.all([
    import('./kuberc/apply.ts'),
    import('./kuberc/preferences.ts'),
  ]);
  // The verbs that show and change the file work also when it is wrong or missing.
  const place = words.includes('kuberc') ? undefined : placeOf(flag, io);
  return place ? applyPreferences(words, place, io) : { words, plugins: undefined };
}

/** `kubectl create NAME` may be a plugin's when there is no such generator. */
const takesPlugins = ({ path, words: [word = '-'] }: Found): boolean =>
  path === 'kubectl create' && !word.startsWith('-');

function parsedOrUsage(words: readonly string[], flags: Flags, path: string, code?: number): ParsedWords {
  try {
    return parseFlags(words, flags);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    if (code === undefined) throw new Error(`${error.message}\nSee '${path} --help' for usage.`);
    throw new ExitError(code, `error: ${error.message}\nSee '${path} -h' for help and examples`);
  }
}

async function runCommand(
  found: Found,
  parsed: ParsedWords,
  io: Io,
  plugins: PluginPolicy | undefined,
): Promise<number> {
  const { command } = found;
  const missing = Object.entries(command.flags ?? {})
    .filter(([name, flag]) => flag.required && !parsed.given.has(name))
    .map(([name]) => `"${name}"`);
  if (missing.length > 0) throw new Error(`required flag(s) ${missing.join(', ')} not set`);
  const { context, session } = contextOf(found, parsed, io, plugins);
  if (!command.run) {
    if (parsed.args.length > 0)
      throw context.usageError(`unknown command ${JSON.stringify(parsed.args.join(' '))}`);
    await context.help('stderr');
    return 1;
  }
  try {
    const code = (await command.run(context)) ?? 0;
    return code === 0 ? failedByWarnings(session) : code;
  } finally {
    session.close();
  }
}

function failedByWarnings(session: Session): number {
  const count = session.warnings();
  if (!session.flags['warnings-as-errors'] || count === 0) return 0;
  throw new Error(`${count} warning${count === 1 ? '' : 's'} received`);
}

async function rootHelp(io: Io): Promise<string> {
  const [help, { pluginNames }] = await Promise.all([
    import('./command/help.ts'),
    import('./plugins/find.ts'),
  ]);
  return help.rootHelp(commandGroups, pluginNames(io));
}

async function runRoot(words: readonly string[], io: Io): Promise<number> {
  const at = firstArgument(words, allFlags());
  const name = at < 0 ? undefined : words[at]!;
  if (name === 'help') return runHelp(words.slice(at + 1), io);
  if (name === undefined) {
    parsedOrUsage(words, allFlags(), 'kubectl');
    io.out(await rootHelp(io));
    return 0;
  }
  const { suggestions } = await import('./command/suggest.ts');
  const near = suggestions(name, rootCommands());
  const hint = near.length > 0 ? `\n\nDid you mean this?\n${near.map((one) => `\t${one}\n`).join('')}` : '';
  throw new Error(`unknown command ${JSON.stringify(name)} for "kubectl"${hint}`);
}

async function runHelp(words: readonly string[], io: Io): Promise<number> {
  const found = words.length > 0 ? await findCommand(words) : undefined;
  if (found) {
    io.out(await helpOf(found));
    return 0;
  }
  const topic =
    words.length > 0 ? `Unknown help topic [${words.map((word) => `\`${word}\``).join(' ')}]\n` : '';
  io.out(`${topic}${await rootHelp(io)}`);
  return topic === '' ? 0 : 1;
}
