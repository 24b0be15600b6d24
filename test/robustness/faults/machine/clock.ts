import { kill } from '../../server/cluster.ts';
import type { Fault } from '../fault.ts';

const DAY_MS = 86_400_000;

/** The wall clock jumps by `days`, the control plane is started again by that clock, and the clock jumps back. */
const clockJump = (name: string, days: number): Fault => ({
  name,
  cause: async ({ cluster, failpoints, sleep }) => {
    failpoints.moveClock(days * DAY_MS);
    await sleep(300);
    const pid = cluster.controlPlane;
    kill(pid, 'SIGKILL');
    await cluster.nextControlPlane(pid);
    await sleep(1_000);
    failpoints.clear();
  },
});

/** Whatever has a time to live ends at once. */
export const clockForward = clockJump('clock-forward', 1);
export const clockBack = clockJump('clock-back', -1);
