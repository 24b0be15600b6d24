// A command as data: what its usage and help say, its flags, and what runs. The tree (tree.ts) knows of a command only its name and
// one line; its module is loaded when it runs or shows its help.
import type { Io } from '../io/io.ts';
import type { Session } from '../session/session.ts';
import type { Flags, FlagValues } from './flag.ts';

/** What the tree knows of a command. The module's default export is the command. */
export interface CommandEntry {
  readonly name: string;
  readonly short: string;
  readonly aliases?: readonly string[];
  /** Words for which it is suggested. */
  readonly suggestFor?: readonly string[];
  readonly hidden?: boolean;
  readonly deprecated?: string;
  readonly load: () => Promise<{ readonly default: Command }>;
}

/** Commands under one heading of the help. */
export interface CommandGroup {
  readonly title: string;
  readonly commands: readonly CommandEntry[];
}

export interface Command<F extends Flags = Flags> {
  /** The usage line behind `kubectl PARENT…`: `get [(-o|--output=)json|…] (TYPE…)`; its first word is the name. It ends with `[flags]`
   *  where upstream's does. */
  readonly use: string;
  /** Paragraphs of the help; the entry's line when left out. */
  readonly long?: string;
  /** Lines `# what it does` and `kubectl …`, with an empty line between two examples. */
  readonly examples?: string;
  readonly flags?: F;
  readonly subcommands?: readonly CommandEntry[];
  /** The exit code for flags that cannot be understood, where 1 means something else. */
  readonly badFlagCode?: number;
  /** Candidates for the next word, for shell completion; `candidate\tdescription`. */
  complete?(context: Context<F>, toComplete: string): Promise<Completion>;
  /** Gives the exit code, 0 when it gives none. Left out for a command that only groups subcommands. */
  run?(context: Context<F>): Promise<number | undefined>;
}

export interface Completion {
  readonly candidates: readonly string[];
  /** Whether the shell may offer files, too. */
  readonly files?: boolean;
  /** No space behind the candidate. */
  readonly noSpace?: boolean;
}

export interface Context<F extends Flags = Flags> {
  /** Words that are no flags, in order. */
  readonly args: readonly string[];
  /** How many of `args` stand before `--`; -1 without one. */
  readonly argsBeforeDash: number;
  readonly flags: FlagValues<F>;
  /** Whether the flag was given on the command line. Names of global flags are known, too. */
  changed(name: string): boolean;
  readonly io: Io;
  /** The connection that the global flags and the kubeconfig say. Nothing is read before it is used. */
  readonly session: Session;
  /** Such as `kubectl create deployment`. */
  readonly path: string;
  /** The names of all commands of kubectl. */
  readonly commandNames: readonly string[];
  /** An error to throw: the message, then `See 'kubectl get -h' for help and examples`. */
  usageError(message: string): Error;
  /** Prints the command's help to stdout, or to stderr. */
  help(to?: 'stdout' | 'stderr'): Promise<void>;
}

/** Gives the flags' types to `run`. */
export const defineCommand = <F extends Flags = Record<never, never>>(command: Command<F>): Command =>
  command as Command<Flags> as Command;
