// Applies a person's preferences to a command line: an alias becomes its command, and flags that are not given get their defaults. Called by
// main.ts, only when there is a kuberc file.
import { allFlags, findCommand } from '../command/find-command.ts';
import { firstArgument, parseFlags } from '../command/parse.ts';
import type { Io } from '../io/io.ts';
import type { PluginPolicy } from '../session/credentials/plugin-policy.ts';
import {
  type Alias,
  type FlagDefault,
  loadPreferences,
  type Place,
  type Preferences,
} from './preferences.ts';

export interface Applied {
  readonly words: readonly string[];
  /** Which credential plugins may run. */
  readonly plugins: PluginPolicy | undefined;
}

export async function applyPreferences(
  words: readonly string[],
  { path, explicit }: Place,
  io: Io,
): Promise<Applied> {
  let preferences: Preferences | undefined;
  try {
    const loaded = loadPreferences(path);
    preferences = loaded.preferences;
    if (!preferences && verbosityOf(words) >= 5) io.err(`kuberc: no preferences found in ${path}\n`);
    if (loaded.unknownFields.length > 0)
      io.err(
        `kuberc: ignoring strict decoding error in ${path}: strict decoding error: ${loaded.unknownFields.map((field) => `unknown field ${JSON.stringify(field)}`).join(', ')}\n`,
      );
  } catch (error) {
    const { message } = error as Error;
    if (explicit) throw failed(`kuberc error kuberc: ${message}`);
    io.err(`kuberc: no preferences loaded from ${path}: ${message}\n`);
  }
  if (!preferences) return { words, plugins: undefined };
  check(preferences);
  const aliased = await withAlias(words, preferences.aliases ?? [], io);
  return { words: await withDefaults(aliased, preferences, io), plugins: policyOf(preferences) };
}

const failed = (why: string): Error => new Error(`error occurred while applying preferences ${why}`);

function check({ aliases, defaults }: Preferences): void {
  const seen = new Set<string>();
  for (const { name, options } of aliases ?? []) {
    if (!/^[a-zA-Z]+$/.test(name))
      throw failed('invalid alias name, can only include alphabetical characters');
    if (seen.has(name)) throw failed(`duplicate alias name ${name}`);
    seen.add(name);
    checkFlags(options ?? []);
  }
  for (const { options } of defaults ?? []) checkFlags(options ?? []);
}

function checkFlags(options: readonly FlagDefault[]): void {
  const wrong = options.find(({ name }) => name.startsWith('-'));
  if (wrong) throw failed(`flag name ${wrong.name} should be in long form without dashes`);
}

async function withAlias(
  words: readonly string[],
  aliases: readonly Alias[],
  io: Io,
): Promise<readonly string[]> {
  const at = firstArgument(words, allFlags());
  const alias = aliases.find(({ name }) => name === words[at]);
  if (!alias) return words;
  if (await findCommand([alias.name])) {
    io.err(`Warning: Setting alias ${JSON.stringify(alias.name)} to a built-in command is not supported\n`);
    return words;
  }
  const command = alias.command.split(' ').filter(Boolean);
  if (!(await findCommand(command)))
    throw failed(
      `command ${JSON.stringify(alias.command)} not found to set alias ${JSON.stringify(alias.name)}`,
    );
  const expanded = [
    ...words.slice(0, at),
    ...command,
    ...(alias.prependArgs ?? []),
    ...words.slice(at + 1),
    ...(alias.appendArgs ?? []),
  ];
  return withFlags(expanded, alias.options ?? [], `invalid alias flag %s in alias ${alias.name}`);
}

async function withDefaults(
  words: readonly string[],
  { defaults }: Preferences,
  io: Io,
): Promise<readonly string[]> {
  let out = words;
  const found = await findCommand(words);
  if (!found) return words;
  for (const { command, options } of defaults ?? []) {
    const named = await findCommand(command.split(' ').filter(Boolean));
    if (!named) {
      io.err(`Warning: command ${JSON.stringify(command)} not found to set kuberc override\n`);
      continue;
    }
    if (named.path === found.path)
      out = await withFlags(out, options ?? [], `invalid flag %s for command ${command}`);
  }
  return out;
}

/** The flags that are not given, in front of all words: behind them could be `--`. */
async function withFlags(
  words: readonly string[],
  options: readonly FlagDefault[],
  problem: string,
): Promise<readonly string[]> {
  const found = await findCommand(words);
  if (!found) return words;
  const flags = allFlags(found.command);
  let given: ReadonlyMap<string, unknown>;
  try {
    ({ given } = parseFlags(found.words, flags));
  } catch {
    // The words are refused as they were typed.
    return words;
  }
  const added: string[] = [];
  for (const { name, default: value } of options) {
    if (!Object.hasOwn(flags, name)) throw failed(problem.replace('%s', name));
    if (!given.has(name)) added.push(`--${name}=${value}`);
  }
  return [...added, ...words];
}

function policyOf({
  credentialPluginPolicy = '',
  credentialPluginAllowlist,
}: Preferences): PluginPolicy | undefined {
  if (!credentialPluginPolicy && !credentialPluginAllowlist) return undefined;
  const commands = credentialPluginAllowlist?.map(({ command, name }) => command ?? name ?? '');
  if (!['', 'AllowAll', 'DenyAll', 'Allowlist'].includes(credentialPluginPolicy))
    throw failed(`invalid plugin policy: ${JSON.stringify(credentialPluginPolicy)}`);
  return { policy: credentialPluginPolicy, commands };
}

/** Of -v and --v, as they stand in the words: flags are read only when the command is known. */
function verbosityOf(words: readonly string[]): number {
  const at = words.findIndex((word) => /^--?v(?:=\d{1,3})?$/.test(word));
  if (at < 0) return 0;
  return Number(words[at]!.split('=')[1] ?? words[at + 1] ?? 0);
}
