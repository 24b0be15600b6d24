// What a remote command is connected with, whatever carries it. Used by exec, attach and cp.
import type { Readable, Writable } from 'node:stream';

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

export interface CommandStreams {
  readonly stdin?: Readable | undefined;
  readonly stdout?: Writable | undefined;
  /** Nothing with a terminal: all output comes on stdout. */
  readonly stderr?: Writable | undefined;
  /** Terminal sizes, first the current one; present with a terminal only. Calls `tell` now and at each change. */
  readonly sizes?: ((tell: (size: TerminalSize) => void) => () => void) | undefined;
}

/** The message of the resize channel. */
export const sizeMessage = ({ width, height }: TerminalSize): string =>
  JSON.stringify({ Width: width, Height: height });

/** Bytes of the error stream that are kept. */
export const MAX_STATUS = 64 * 1024;
