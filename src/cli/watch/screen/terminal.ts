// The person's terminal: the screen beside the usual one, raw keys, and everything as it was before whenever this process ends, also by
// an error or a signal. The only place that touches the process's streams for drawing. Called by run.ts.
import { writeSync } from 'node:fs';
import type { Terminal } from '../../../kubectl/io/io.ts';

/** The other screen, no wrapping at the edge, marked pastes. */
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[?2004h\x1b[?25l';
const LEAVE = '\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';
const MOUSE_ON = '\x1b[?1000h\x1b[?1006h';
const MOUSE_OFF = '\x1b[?1006l\x1b[?1000l';

/** Bytes that may wait for a slow terminal before nothing more is drawn. */
const MOST_WAITING = 64 * 1024;

export class Screen {
  readonly #mouse: boolean;
  readonly #onInput: (bytes: Buffer) => void;
  #isEntered = false;

  constructor(mouse: boolean, onInput: (bytes: Buffer) => void) {
    this.#mouse = mouse;
    this.#onInput = onInput;
    process.on('exit', this.restore);
  }

  get size(): { width: number; height: number } {
    return { width: process.stdout.columns || 80, height: process.stdout.rows || 24 };
  }

  get isBusy(): boolean {
    return process.stdout.writableLength > MOST_WAITING;
  }

  enter(): void {
    this.#isEntered = true;
    process.stdin.setRawMode(true);
    process.stdin.on('data', this.#onInput);
    process.stdin.resume();
    process.stdout.write(`${ENTER}${this.#mouse ? MOUSE_ON : ''}`);
  }

  /** The usual screen, and keys for whoever comes now. */
  leave(): void {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    process.stdin.off('data', this.#onInput);
    process.stdin.pause();
    process.stdin.setRawMode(false);
    process.stdout.write(this.#leaving);
  }

  get #leaving(): string {
    return `${this.#mouse ? MOUSE_OFF : ''}${LEAVE}`;
  }

  /** At the end of the process, when nothing is written later any more. Never fails, and waits for nothing. */
  readonly restore = (): void => {
    if (!this.#isEntered) return;
    this.#isEntered = false;
    try {
      process.stdin.setRawMode(false);
      writeSync(process.stdout.fd, this.#leaving);
    } catch {
      // The terminal is gone: there is nothing to restore.
    }
  };

  write(text: string): void {
    process.stdout.write(text);
  }

  onDrain(call: () => void): void {
    process.stdout.once('drain', call);
  }

  onResize(call: () => void): void {
    process.stdout.on('resize', call);
  }
}

/** For verbs that have the terminal for themselves. */
export const verbTerminal: Terminal = {
  stdinIsTty: true,
  stdoutIsTty: true,
  setRaw: (on) => void process.stdin.setRawMode(on),
  size: () => ({ width: process.stdout.columns, height: process.stdout.rows }),
  onResize(call) {
    process.stdout.on('resize', call);
    return () => void process.stdout.off('resize', call);
  },
};
