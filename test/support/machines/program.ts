// A program that runs in a machine until it is killed; what it prints goes to a file.
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ProgramOptions {
  readonly machine: {
    readonly prefix: readonly string[];
    exec(command: readonly string[]): Promise<string>;
  };
  readonly id: string;
  readonly log: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export class Program {
  readonly #options: ProgramOptions;
  readonly #child: ChildProcess;
  /** Resolves with its code, or the name of the signal that ended it. */
  readonly ended: Promise<number | string>;

  constructor(options: ProgramOptions) {
    this.#options = options;
    const { machine, id, log, command, env } = options;
    const file = openSync(log, 'a');
    const inside = ['sh', '-c', `echo $$ > /run/programs/${id}; exec "$@"`, 'program'];
    const [program, ...args] = [...machine.prefix, ...inside, ...command];
    const child = spawn(program!, args, {
      stdio: ['ignore', file, file],
      env: { ...process.env, ...env },
      // A signal for the terminal's programs ends the test first, and the machines with it.
      detached: true,
    });
    closeSync(file);
    this.#child = child;
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve(code ?? signal!));
      child.once('error', () => resolve(127));
    });
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What it has printed so far, standard error included. */
  output(): string {
    return readFileSync(this.#options.log, 'utf8');
  }

  /** Sends a signal to the program alone, not to those that it has started. */
  async kill(signal: 'KILL' | 'TERM' | 'STOP' | 'CONT' = 'KILL'): Promise<void> {
    const { machine, id } = this.#options;
    await machine.exec(['sh', '-c', `kill -${signal} $(cat /run/programs/${id})`]);
    if (signal === 'KILL' || signal === 'TERM') await this.ended;
  }
}
