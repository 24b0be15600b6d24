// Tells a process whose event loop is blocked from one that gets no processor: both are silent. Read from /proc, and only
// when somebody has been silent for a while. Called by watchdog.ts.
import { readdirSync, readFileSync } from 'node:fs';

export interface Vitals {
  /** Processor time that all its threads have used. */
  readonly cpuMs: number;
  /** A thread of it runs or waits for a processor; false for one that sleeps, is stuck in the kernel or was stopped. */
  readonly runnable: boolean;
}

/** The kernel counts processor time for users in hundredths of a second on every architecture. */
const TICK_MS = 10;

/** Undefined when the process is gone. */
export function vitalsOf(pid: number): Vitals | undefined {
  try {
    const [, user, system] = fields(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    const threads = readdirSync(`/proc/${pid}/task`);
    const runnable = threads.some((id) => stateOf(pid, id) === 'R');
    return { cpuMs: (Number(user) + Number(system)) * TICK_MS, runnable };
  } catch {
    return undefined;
  }
}

function stateOf(pid: number, thread: string): string | undefined {
  try {
    return fields(readFileSync(`/proc/${pid}/task/${thread}/stat`, 'utf8'))[0];
  } catch {
    // The thread has ended meanwhile.
    return undefined;
  }
}

/** State, user and system time. The name in parentheses may hold anything, so fields are counted from its end. */
function fields(stat: string): (string | undefined)[] {
  const all = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return [all[0], all[11], all[12]];
}
