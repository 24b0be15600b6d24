// Follows a page: types its commands, one after the other, and compares what they print.
import { systemClock } from '../../../src/kit/clock.ts';
import { type ConsoleCommand, consoleCommands } from '../../../tools/docs/console/blocks.ts';
import { difference } from '../../../tools/docs/console/compare.ts';
import type { Shell } from './shell.ts';

/** Commands that only look. A reader is slower than a test: until what they show is on the page they are typed again. */
const LOOKS =
  /^(kubectl (-n \S+ )?(get|describe|logs|top|events|exec|rollout history|auth can-i)|curl|ask|tiphys (status|why)|for )\b/;
const PATIENCE_MS = 30_000;
const PAUSE_MS = 200;

export interface Step {
  readonly command: ConsoleCommand;
  readonly printed: readonly string[];
  readonly ms: number;
  /** What is not as the page shows it. */
  readonly problem: string | undefined;
}

/** Types one command, again and again if it only looks, until it prints what the page shows. */
async function type(shell: Shell, command: ConsoleCommand, patience: number): Promise<Step> {
  const start = systemClock.monotonic();
  for (;;) {
    const printed = await shell.run(command.text);
    const problem = difference(command.output, printed, command.varies);
    const ms = systemClock.monotonic() - start;
    if (!problem || !LOOKS.test(command.text) || ms > patience) return { command, printed, ms, problem };
    await systemClock.sleep(PAUSE_MS);
  }
}

/** All steps of a page; after one that is wrong the next ones are for the caller to decide about. */
export async function* follow(shell: Shell, page: string, patience = PATIENCE_MS): AsyncGenerator<Step> {
  for (const command of consoleCommands(page)) yield await type(shell, command, patience);
}
