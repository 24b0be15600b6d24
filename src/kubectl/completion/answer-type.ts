// What a shell is told: the candidates, and how to take them.
import type { Completion } from '../command/command.ts';

export interface Answer extends Completion {
  /** The candidates are extensions of files. */
  readonly extensions?: boolean;
}
