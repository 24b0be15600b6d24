import type { Fault } from '../fault.ts';

/** Connections are reset at random, in the middle of requests and watches. */
export const connectionResets: Fault = {
  name: 'connection-resets',
  cause: async ({ proxy, random, sleep }) => {
    for (let i = 0; i < 15; i++) {
      proxy.cut(0.4, () => random.float());
      await sleep(100);
    }
  },
};
