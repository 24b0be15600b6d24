// How this process was started: by the launcher, the shell script bin/tiphys, which starts it again when it is killed, or
// directly. The launcher tells of itself and of earlier processes in the environment.
import { rfc3339 } from '../../kit/clock.ts';

export interface Launch {
  /** Process number of the launcher; undefined when nobody starts this process again. */
  readonly launcher: number | undefined;
  /** How often the launcher has started it again. */
  readonly restarts: number;
  /** Why the process before this one ended, and when (RFC 3339). */
  readonly lastReason?: string;
  readonly lastTime?: string;
}

export function readLaunch(
  env: Readonly<Record<string, string | undefined>>,
  parent: number,
  now: number,
): Launch {
  const launcher = Number(env.TIPHYS_LAUNCHER);
  if (!launcher || launcher !== parent) return { launcher: undefined, restarts: 0 };
  const code = Number(env.TIPHYS_LAST_EXIT);
  return {
    launcher,
    restarts: Number(env.TIPHYS_RESTARTS ?? 0),
    ...(code && { lastReason: exitReason(code), lastTime: rfc3339(now) }),
  };
}

/** A shell gives 128 and the signal's number for a process that a signal ended. */
const exitReason = (code: number): string => {
  if (code === 137) return 'killed by SIGKILL';
  return code > 128 ? `killed by signal ${code - 128}` : `exit code ${code}`;
};
