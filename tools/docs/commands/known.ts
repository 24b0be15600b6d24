// Whether a command line names commands and flags that exist: of `tiphys` in commander's tree, of kubectl in its own.
import type { Command } from 'commander';
import { allFlags, findCommand } from '../../../src/kubectl/command/find-command.ts';
import { parseFlags } from '../../../src/kubectl/command/parse.ts';

/** Placeholders of a page: `…`, NAME, <file>. */
const isPlaceholder = (word: string): boolean => /^…|^<.*>$/.test(word);

/** What is wrong, undefined when nothing is. */
export async function problemOf(
  program: Command,
  [name = '', ...words]: readonly string[],
): Promise<string | undefined> {
  const plain = words.filter((word) => !isPlaceholder(word));
  return name === 'tiphys' ? tiphysProblem(program, plain) : kubectlProblem(plain);
}

async function tiphysProblem(root: Command, words: readonly string[]): Promise<string | undefined> {
  let command = root;
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') return undefined;
    if (command.name() === 'kubectl' && !word.startsWith('-')) return kubectlProblem(words.slice(i));
    if (word.startsWith('-') && word !== '-') {
      const flag = word.split('=', 1)[0]!;
      if (flag === '--help' || flag === '-h') continue;
      const option = command.options.find(({ long, short }) => long === flag || short === flag);
      if (!option) return `${command.name()} has no ${flag}`;
      if (option.required && !word.includes('=')) i++;
      continue;
    }
    const below = command.commands.find((one) => one.name() === word || one.aliases().includes(word));
    if (below) command = below;
    else if (command.commands.length > 0 && command.registeredArguments.length === 0)
      return `${command.name()} has no command ${word}`;
  }
  return undefined;
}

async function kubectlProblem(words: readonly string[]): Promise<string | undefined> {
  const found = await findCommand(words);
  if (!found) return words.length > 0 ? `kubectl has no verb ${words[0]}` : undefined;
  try {
    parseFlags(found.words, allFlags(found.command));
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
