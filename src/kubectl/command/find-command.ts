// Which command the words mean, as cobra finds it: flags and their values may stand between its names.
import type { Command, CommandEntry } from './command.ts';
import { boolFlag, type Flags } from './flag.ts';
import { globalFlags } from './global-flags.ts';
import { firstArgument } from './parse.ts';
import { rootCommands } from './tree.ts';

export interface Found {
  readonly entry: Omit<CommandEntry, 'load'>;
  readonly command: Command;
  /** Such as `kubectl create deployment`. */
  readonly path: string;
  /** Without the command's names. */
  readonly words: readonly string[];
}

const help = { help: boolFlag(false, 'help for the command', { short: 'h', hidden: true }) };

/** Its own, those of every command, and --help. */
export const allFlags = (command?: Command): Flags => ({ ...globalFlags, ...command?.flags, ...help });

/** Undefined when the first word that is no flag names no command. */
export async function findCommand(words: readonly string[]): Promise<Found | undefined> {
  let entries = rootCommands();
  let found: Found | undefined;
  let rest = words;
  let path = 'kubectl';
  for (;;) {
    const at = firstArgument(rest, allFlags(found?.command));
    const name = at < 0 ? undefined : rest[at];
    const entry = entries.find((one) => one.name === name || one.aliases?.includes(name ?? ''));
    if (!entry) return found;
    const command = (await entry.load()).default;
    path = `${path} ${entry.name}`;
    rest = [...rest.slice(0, at), ...rest.slice(at + 1)];
    found = { entry, command, path, words: rest };
    entries = command.subcommands ?? [];
    if (entries.length === 0) return found;
  }
}
