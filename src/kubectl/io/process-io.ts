// The Io of this process. A reader of our output that goes away (`kubectl get … | head`) ends the command without a word.
import { systemClock } from '../../kit/clock.ts';
import { systemRandom } from '../../kit/random.ts';
import type { Io, Terminal } from './io.ts';

export function processIo({ env = process.env }: { env?: Io['env'] } = {}): Io {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      stop.abort(new Error(signal));
      // A verb that does not listen ends as the signal would have ended it; a second signal always does.
      process.once(signal, () => process.exit(130));
    });
  let guarded = false;
  const guard = () => {
    if (guarded) return;
    guarded = true;
    for (const stream of [process.stdout, process.stderr])
      stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 141 : 1));
  };
  return {
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      guard();
      return process.stdout;
    },
    get stderr() {
      guard();
      return process.stderr;
    },
    get terminal() {
      return terminal();
    },
    env,
    cwd: process.cwd(),
    clock: systemClock,
    random: systemRandom,
    signal: stop.signal,
    out(text) {
      guard();
      process.stdout.write(text);
    },
    err(text) {
      guard();
      process.stderr.write(text);
    },
  };
}

function terminal(): Terminal {
  const { stdin, stdout } = process;
  return {
    stdinIsTty: stdin.isTTY === true,
    stdoutIsTty: stdout.isTTY === true,
    setRaw: (on) => void stdin.setRawMode?.(on),
    size: () => (stdout.isTTY ? { width: stdout.columns, height: stdout.rows } : undefined),
    onResize(call) {
      stdout.on('resize', call);
      return () => void stdout.off('resize', call);
    },
  };
}
