// The user's terminal while a session runs in it: raw, so that each key goes to the container, and as it was before whenever the
// session ends, also by an error or a signal.
import type { Terminal } from '../io/io.ts';
import type { TerminalSize } from './session.ts';

/** Runs `session` with the terminal raw. */
export async function inRawMode<T>(terminal: Terminal, session: () => Promise<T>): Promise<T> {
  terminal.setRaw(true);
  try {
    return await session();
  } finally {
    terminal.setRaw(false);
  }
}

/** Tells `first` (sizes to send at once), then the terminal's size at each change. */
export const sizesOf =
  (terminal: Terminal, first: readonly TerminalSize[]) =>
  (tell: (size: TerminalSize) => void): (() => void) => {
    for (const size of first) tell(size);
    return terminal.onResize(() => {
      const size = terminal.size();
      if (size) tell(size);
    });
  };
