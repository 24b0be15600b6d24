import type { Fault } from '../fault.ts';

const FIVE_MINUTES = 300_000;

/** Old revisions are compacted every 300 ms instead of every five minutes, while watches run, resume and begin. */
export const compaction: Fault = {
  name: 'compaction',
  intervals: [[FIVE_MINUTES, 300]],
  cause: async ({ proxy, random, sleep }) => {
    for (let i = 0; i < 3; i++) {
      await sleep(400);
      proxy.cut(0.3, () => random.float());
    }
  },
};
