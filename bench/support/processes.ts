// Memory and processor time of a process of a cluster under test.
import { readFileSync } from 'node:fs';

/** Resident bytes. */
export function residentBytes(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)![1]) * 1024;
}

/** User and system time of all threads in hundredths of a second. */
export const cpuTicks = (pid: number): number => ticksIn(`/proc/${pid}/stat`);

/** The same of the thread that runs the event loop. */
export const mainThreadTicks = (pid: number): number => ticksIn(`/proc/${pid}/task/${pid}/stat`);

function ticksIn(stat: string): number {
  const fields = readFileSync(stat, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}
