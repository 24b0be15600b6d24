// The way to the cluster: kubectl's session with the context that was chosen, and kubectl's verbs with the same. Called by run.ts.
import { Writable } from 'node:stream';
import { systemClock } from '../../../kit/clock.ts';
import { systemRandom } from '../../../kit/random.ts';
import { type GlobalFlags, globalFlags } from '../../../kubectl/command/global-flags.ts';
import { errorText } from '../../../kubectl/errors/text.ts';
import type { Io } from '../../../kubectl/io/io.ts';
import { OpenSession } from '../../../kubectl/session/open-session.ts';

export interface ConnectionChoices {
  /** Empty for the current one. */
  readonly context: string;
  /** Empty for the usual files. */
  readonly kubeconfig: string;
  readonly env: Io['env'];
}

export interface Connection {
  readonly session: OpenSession;
  readonly io: Io;
  readonly choices: ConnectionChoices;
  readonly clock: Io['clock'];
  close(): void;
}

export interface Sinks {
  out(text: string): void;
  err(text: string): void;
}

const sink = (take: (text: string) => void): Writable =>
  new Writable({
    decodeStrings: false,
    write(chunk: Buffer | string, _encoding, done) {
      take(chunk.toString());
      done();
    },
  });

/** Surroundings without a terminal: what is written goes to `sinks`. */
export function silentIo(env: Io['env'], signal: AbortSignal, { out, err }: Sinks): Io {
  const stdin = process.stdin;
  return {
    stdin,
    stdout: sink(out),
    stderr: sink(err),
    env,
    cwd: process.cwd(),
    clock: systemClock,
    random: systemRandom,
    signal,
    out: (text) => out(typeof text === 'string' ? text : Buffer.from(text).toString()),
    err,
  };
}

/** Warnings of servers go to `warn`. */
export function connect(choices: ConnectionChoices, warn: (text: string) => void): Connection {
  const over = new AbortController();
  const io = silentIo(choices.env, over.signal, { out: () => {}, err: warn });
  const initial = Object.entries(globalFlags).map(([name, flag]) => [name, flag.initial]);
  const session = new OpenSession({
    flags: {
      ...(Object.fromEntries(initial) as GlobalFlags),
      context: choices.context,
      kubeconfig: choices.kubeconfig,
    },
    io,
    userAgent: 'tiphys-watch',
    commandPath: 'tiphys watch',
  });
  return {
    session,
    io,
    choices,
    clock: systemClock,
    close() {
      over.abort(new Error('closed'));
      session.close();
    },
  };
}

/** A verb's words with the flags for this connection. */
export function kubectlWords({ choices }: Pick<Connection, 'choices'>, words: readonly string[]): string[] {
  const flags = [
    ...(choices.context ? ['--context', choices.context] : []),
    ...(choices.kubeconfig ? ['--kubeconfig', choices.kubeconfig] : []),
  ];
  const [verb = '', ...rest] = words;
  return [verb, ...flags, ...rest];
}

export const textOfError = (error: unknown): string => errorText(error).text.trim();
