// Every verb of our kubectl with its flags, from the tree of its commands.
import type { CommandEntry } from '../../../src/kubectl/command/command.ts';
import type { Flags } from '../../../src/kubectl/command/flag.ts';
import { globalFlags } from '../../../src/kubectl/command/global-flags.ts';
import { commandGroups } from '../../../src/kubectl/command/tree.ts';
import { code, fenced, paragraphs, plain, table } from './markdown.ts';

const flagTable = (flags: Flags): string | undefined => {
  const rows = Object.entries(flags)
    .filter(([, { hidden }]) => !hidden)
    .map(([name, { short, usage, shown, type }]) => [
      `${code(short ? `-${short}, --${name}` : `--${name}`)}${type === 'bool' ? '' : ` *${plain(type)}*`}`,
      plain(usage),
      shown && shown !== '[]' && shown !== 'false' ? code(shown) : '',
    ]);
  return rows.length > 0 ? table(['Flag', '', 'Default'], rows) : undefined;
};

async function section(entry: CommandEntry, path: string, level: number): Promise<string> {
  const { default: command } = await entry.load();
  const name = `${path} ${entry.name}`;
  const aliases = entry.aliases?.length ? `Also: ${entry.aliases.map(code).join(', ')}.` : undefined;
  const below = await Promise.all(
    (command.subcommands ?? []).filter(({ hidden }) => !hidden).map((one) => section(one, name, level + 1)),
  );
  return paragraphs(
    `${'#'.repeat(level)} ${name}`,
    plain(`${entry.short.replace(/\.$/, '')}.`),
    fenced(`${path} ${command.use}`),
    aliases,
    flagTable(command.flags ?? {}),
    ...below,
  );
}

export async function kubectlReference(): Promise<string> {
  const groups = commandGroups.map(({ title, commands }) => ({
    title: title.replace(/:$/, ''),
    commands: commands.filter(({ hidden }) => !hidden),
  }));
  const overview = groups.map(({ title, commands }) => [
    plain(title),
    commands.map(({ name }) => `[${name}](#kubectl-${name})`).join(', '),
  ]);
  const sections = await Promise.all(
    groups.flatMap(({ commands }) => commands.map((one) => section(one, 'kubectl', 2))),
  );
  return paragraphs(
    '# kubectl: verbs and flags',
    '`tiphys kubectl`, or `kubectl-tiphys`. Made from the commands themselves. What differs from the original: [kubectl](../kubectl.md#differences).',
    table(['', 'Verbs'], overview),
    '## Flags of every command',
    flagTable(globalFlags),
    ...sections,
  );
}
