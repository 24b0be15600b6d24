// The commands of a page, and what they print: its fenced blocks of the language `console`, in order.
//
//   ```console
//   $ kubectl get pods          a command; lines that begin with `> ` right after it belong to it
//   NAME   READY   STATUS       what is printed, up to the next command or the end of the block
//   ```
//
// A comment on the line before the fence says what else may differ there, see compare.ts: <!-- varies: usage, counts -->

/** What a block may say of itself besides what always varies. */
export const VARIES = ['usage', 'counts', 'order', 'nodes'] as const;
export type Varies = (typeof VARIES)[number];

export interface ConsoleCommand {
  /** Of the page, from 1: where the command stands. */
  readonly line: number;
  /** As it is typed, with line breaks where it has several lines. */
  readonly text: string;
  readonly output: readonly string[];
  /** How many lines of the page the command takes, before its output. */
  readonly height: number;
  readonly varies: ReadonlySet<Varies>;
}

const MARK = /^<!-- varies: ([a-z, ]+) -->$/;

/** Throws for a mark that is not known, a block that does not begin with a command, and one that does not end. */
export function consoleCommands(page: string): ConsoleCommand[] {
  const lines = page.split('\n');
  const found: ConsoleCommand[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (!lines[at]!.startsWith('```')) continue;
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new Error(`line ${at + 1}: this block does not end`);
    if (lines[at] === '```console')
      found.push(...commandsOf(lines, at + 1, end, varies(lines[at - 1] ?? '')));
    at = end;
  }
  return found;
}

function varies(mark: string): ReadonlySet<Varies> {
  const names = MARK.exec(mark)?.[1]?.split(/, */) ?? [];
  return new Set(
    names.map((name) => {
      const known = VARIES.find((one) => one === name);
      if (!known) throw new Error(`varies: ${name}: use ${VARIES.join(', ')}`);
      return known;
    }),
  );
}

function commandsOf(
  lines: readonly string[],
  from: number,
  to: number,
  varying: ReadonlySet<Varies>,
): ConsoleCommand[] {
  const found: ConsoleCommand[] = [];
  for (let at = from; at < to; ) {
    if (!lines[at]!.startsWith('$ ')) throw new Error(`line ${at + 1}: a console block begins with "$ "`);
    const line = at + 1;
    const words = [lines[at++]!.slice(2)];
    while (at < to && /^>( |$)/.test(lines[at]!)) words.push(lines[at++]!.slice(2));
    const output: string[] = [];
    while (at < to && !lines[at]!.startsWith('$ ')) output.push(lines[at++]!);
    found.push({ line, text: words.join('\n'), output, height: words.length, varies: varying });
  }
  return found;
}

/** The page with other outputs, one for each of its commands. */
export function withOutputs(page: string, outputs: readonly (readonly string[])[]): string {
  const lines = page.split('\n');
  const commands = consoleCommands(page);
  for (let i = commands.length - 1; i >= 0; i--) {
    const { line, height, output } = commands[i]!;
    const printed = outputs[i];
    if (printed) lines.splice(line - 1 + height, output.length, ...printed);
  }
  return lines.join('\n');
}
