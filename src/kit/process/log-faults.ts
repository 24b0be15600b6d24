// What a long-running process does with an uncaught error. Called once, where a process begins.
import type { Logger } from '../log.ts';

/** A fault in one place must not end everything else in the process: it is logged with its stack, and the rest goes on. */
export function logFaults(log: Logger): void {
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }));
  process.on('uncaughtException', (error) => log.error('uncaught exception', { error }));
}
