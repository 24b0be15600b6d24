// Every command of `tiphys` with its arguments and options, from commander's tree.
import type { Command } from 'commander';
import { code, fenced, paragraphs, plain, table } from './markdown.ts';

const sentence = (text: string): string => (text ? `${text.replace(/\.$/, '')}.` : '');

function optionRows(command: Command): string[][] {
  return command.options
    .filter(({ hidden }) => !hidden)
    .map(({ flags, description, argChoices, defaultValue, defaultValueDescription }) => {
      const standard = defaultValueDescription ?? (Array.isArray(defaultValue) ? '' : defaultValue);
      const shown = standard === undefined || standard === '' || standard === false ? '' : String(standard);
      const choices = argChoices ? `: ${argChoices.join(', ')}` : '';
      return [code(flags), plain(description + choices), shown && code(shown)];
    });
}

function section(command: Command, path: string, level: number): string {
  const name = `${path} ${command.name()}`;
  const rows = optionRows(command);
  const args = command.registeredArguments.map((one) => [
    code(one.required ? `<${one.name()}>` : `[${one.name()}]`),
    plain(one.description),
  ]);
  return paragraphs(
    `${'#'.repeat(Math.min(level, 4))} ${name}`,
    plain(sentence(command.description())),
    fenced(`${name} ${command.usage()}`.trim()),
    args.some(([, text]) => text) && table(['Argument', ''], args),
    rows.length > 0 && table(['Option', '', 'Default'], rows),
    ...command.commands.map((one) => section(one, name, level + 1)),
  );
}

export function tiphysReference(program: Command): string {
  const rows = program.commands.map((one) => [
    `[${code(one.name())}](#tiphys-${one.name()})`,
    plain(one.description()),
  ]);
  return paragraphs(
    '# The tiphys command',
    'Made from the command itself, which says the same with `--help`. In a clone it is `bin/tiphys`.',
    table(['Command', ''], rows),
    ...program.commands.map((one) => section(one, 'tiphys', 2)),
  );
}
