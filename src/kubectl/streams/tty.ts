// Whether a session gets a terminal, and the streams that it then has. Called by exec and attach.
import type { Io, Terminal } from '../io/io.ts';
import type { CommandStreams, TerminalSize } from './session.ts';
import { sizesOf } from './terminal.ts';

export interface SessionWishes {
  readonly stdin: boolean;
  readonly tty: boolean;
  readonly quiet: boolean;
}

const NO_TTY = 'Unable to use a TTY - input is not a terminal or the right kind of file\n';

/** The terminal to make raw; undefined if none is wanted or standard input is none. */
export function terminalFor({ terminal, err }: Io, wishes: SessionWishes): Terminal | undefined {
  if (!wishes.stdin || !wishes.tty) return undefined;
  if (terminal?.stdinIsTty) return terminal;
  if (!wishes.quiet) err(NO_TTY);
  return undefined;
}

/** With a terminal all output comes on stdout. `firstSizes` are told before the changes; the current size if left out. */
export function streamsOf(
  io: Io,
  stdin: boolean,
  terminal: Terminal | undefined,
  firstSizes?: readonly TerminalSize[],
): CommandStreams {
  const size = terminal?.size();
  return {
    ...(stdin && { stdin: io.stdin }),
    stdout: io.stdout,
    ...(terminal ? { sizes: sizesOf(terminal, firstSizes ?? (size ? [size] : [])) } : { stderr: io.stderr }),
  };
}
