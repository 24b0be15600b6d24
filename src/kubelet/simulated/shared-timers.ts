// A clock on which periodic work of many nodes happens together: requests of one moment share packets, system calls and the
// store's next commit. Used by cluster/simulated-nodes for the leases of all nodes of a process.
import type { Clock, Timer } from '../../kit/clock.ts';

/** What begins within so many milliseconds happens together from then on. More at once would hold up the requests of others. */
const TOGETHER_MS = 50;

interface Group {
  readonly began: number;
  readonly members: Set<() => void>;
  readonly timer: Timer;
}

/** As `clock`, but `every` may call up to TOGETHER_MS early the first time. */
export function sharedTimers(clock: Clock): Clock {
  /** The newest group of each period. */
  const newest = new Map<number, Group>();
  const begin = (ms: number): Group => {
    const members = new Set<() => void>();
    const timer = clock.every(ms, () => {
      for (const member of members) member();
    });
    const group = { began: clock.monotonic(), members, timer };
    newest.set(ms, group);
    return group;
  };
  const every = (ms: number, fn: () => void): Timer => {
    const open = newest.get(ms);
    const group = open && clock.monotonic() - open.began < TOGETHER_MS ? open : begin(ms);
    const member = () => fn();
    group.members.add(member);
    return {
      cancel: () => {
        group.members.delete(member);
        if (group.members.size > 0) return;
        group.timer.cancel();
        if (newest.get(ms) === group) newest.delete(ms);
      },
    };
  };
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    after: (ms, fn) => clock.after(ms, fn),
    every,
    sleep: (ms, signal) => clock.sleep(ms, signal),
    turn: () => clock.turn(),
  };
}
