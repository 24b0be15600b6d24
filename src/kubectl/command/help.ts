// The help of a command, laid out as kubectl's. Loaded only when help is printed.
import { largest } from '../../kit/lists.ts';
import type { Command, CommandEntry, CommandGroup } from './command.ts';
import type { Flag, Flags } from './flag.ts';

const ROOT = `kubectl controls the Kubernetes cluster manager.

 Find more information at: https://kubernetes.io/docs/reference/kubectl/`;

const OPTIONS_HINT =
  'Use "kubectl options" for a list of global command-line options (applies to all commands).';

/** `plugins` are the names of those in PATH. */
export function rootHelp(groupsOfTree: readonly CommandGroup[], plugins: readonly string[] = []): string {
  const groups = groupsOfTree.map(({ title, commands }) => section(title, commands));
  groups.splice(
    -1,
    0,
    section(
      'Subcommands provided by plugins:',
      plugins.map((name) => ({ name, short: `The command ${name} is a plugin installed by the user` })),
    ),
  );
  return `${[
    ROOT,
    ...groups,
    'Usage:\n  kubectl [flags] [options]',
    `Use "kubectl <command> --help" for more information about a given command.\n${OPTIONS_HINT}`,
  ].join('\n\n')}\n`;
}

/** `path` is `kubectl create`, `entry` what the tree says of it. */
export function commandHelp(path: string, entry: Omit<CommandEntry, 'load'>, command: Command): string {
  const parts = [(command.long ?? entry.short).trim()];
  const aliases = entry.aliases ?? [];
  if (aliases.length > 0) parts.push(`Aliases:\n${[entry.name, ...aliases].join(', ')}`);
  if (command.examples) parts.push(`Examples:\n${indented(command.examples)}`);
  const inner = command.subcommands ?? [];
  if (inner.length > 0) parts.push(section('Available Commands:', sorted(inner)));
  const flags = flagUsages(command.flags ?? {});
  if (flags) parts.push(`Options:\n${flags.trimEnd()}`);
  const parent = path.slice(0, path.lastIndexOf(' '));
  parts.push(`Usage:\n  ${usageLine(`${parent} ${command.use}`)}`);
  const hints =
    inner.length > 0 ? [`Use "${path} <command> --help" for more information about a given command.`] : [];
  parts.push([...hints, OPTIONS_HINT].join('\n'));
  return `${parts.join('\n\n')}\n`;
}

/** What `kubectl options` prints. */
export const optionsHelp = (flags: Flags): string =>
  `The following options can be passed to any command:\n\n${flagUsages(flags)}`;

const usageLine = (line: string): string => (line.includes('[options]') ? line : `${line} [options]`);

const sorted = (entries: readonly CommandEntry[]) =>
  [...entries].sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));

function section(title: string, commands: readonly Omit<CommandEntry, 'load'>[]): string {
  const shown = commands.filter(({ hidden, deprecated }) => !hidden && !deprecated);
  const width = largest([title.startsWith('Available') ? 11 : 13, ...shown.map(({ name }) => name.length)]);
  return [title, ...shown.map(({ name, short }) => `  ${name.padEnd(width)}   ${short}`)].join('\n');
}

const indented = (text: string): string =>
  text
    .trim()
    .split('\n')
    .map((line) => `  ${line.trim()}`)
    .join('\n');

/** Each flag with an empty line behind it, in the order of their names. */
export function flagUsages(flags: Flags): string {
  return Object.keys(flags)
    .sort()
    .map((name) => [name, flags[name]!] as const)
    .filter(([, flag]) => !flag.hidden && !flag.deprecated)
    .map(([name, flag]) => `${flagLine(name, flag)}:\n\t${flag.usage}\n\n`)
    .join('');
}

function flagLine(name: string, { short, type, shown }: Flag<unknown>): string {
  const value = type === 'string' ? `'${shown}'` : shown;
  return `    ${short ? `-${short}, ` : ''}--${name}=${value}`;
}
