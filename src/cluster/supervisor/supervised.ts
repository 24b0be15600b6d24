// The other end of supervisor.ts, inside the process that is watched: takes its settings, shows that its event loop runs,
// ends when the supervisor is gone, and kills a supervisor whose own event loop is blocked, for the launcher to replace it.
import type { Clock } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { UserError } from '../progress.ts';
import { ALIVE_EVERY_MS, type FromChild, SILENCE_LIMIT_MS, type ToChild } from './messages.ts';
import { vitalsOf } from './vitals.ts';
import { Watchdog } from './watchdog.ts';

export interface SupervisedOptions<Settings> {
  /** Starts the component; resolves with its port and how to end it. */
  readonly start: (settings: Settings) => Promise<{ port: number; stop: () => Promise<void> }>;
  /** Whether somebody starts the supervisor again when it is killed. */
  readonly supervisorRestarts: (settings: Settings) => boolean;
  readonly log: (settings: Settings) => Logger;
  readonly clock: Clock;
}

/** Runs the component of this process until its supervisor ends it. */
export function runSupervised<Settings>(options: SupervisedOptions<Settings>): void {
  const { clock } = options;
  let stop: (() => Promise<void>) | undefined;
  let watchdog: Watchdog | undefined;
  const tell = (message: FromChild) => void (process.connected && process.send?.(message, () => {}));
  process.on('message', (message: ToChild<Settings>) => {
    if (message.kind === 'alive') return watchdog?.heard();
    const log = options.log(message.settings);
    if (options.supervisorRestarts(message.settings)) watchdog = watchSupervisor(clock, log);
    options.start(message.settings).then(
      (running) => {
        stop = running.stop;
        tell({ kind: 'ready', port: running.port });
      },
      (error: Error) => {
        const userError = error instanceof UserError;
        if (!userError) log.error('start failed', { error });
        tell({ kind: 'failed', text: error.message, userError });
        clock.after(0, () => process.exit(1));
      },
    );
  });
  tell({ kind: 'hello' });
  clock.every(ALIVE_EVERY_MS, () => tell({ kind: 'alive' }));
  // Every acknowledged write is on disk: nothing is lost by ending at once.
  process.on('disconnect', () => process.exit(0));
  // Ctrl-C reaches the whole process group; the supervisor decides what ends when.
  process.on('SIGINT', () => {});
  process.once('SIGTERM', () => {
    const end = (code: number) => process.exit(code);
    (stop?.() ?? Promise.resolve()).then(
      () => end(0),
      () => end(1),
    );
  });
}

/** It answers each of our messages; the watch begins with its first answer. */
function watchSupervisor(clock: Clock, log: Logger): Watchdog {
  const supervisor = process.ppid;
  return new Watchdog({
    clock,
    limitMs: SILENCE_LIMIT_MS,
    vitals: () => vitalsOf(supervisor),
    onSilence: () => {
      if (process.ppid !== supervisor) return;
      log.error('the node agent has been blocked for 5 s; it is killed so that it is started again');
      process.kill(supervisor, 'SIGKILL');
    },
  });
}
