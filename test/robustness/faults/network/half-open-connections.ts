import type { Fault } from '../fault.ts';

/** A partition: nothing passes for a while, and the connections of that time stay dead without anybody being told. */
export const halfOpenConnections: Fault = {
  name: 'half-open-connections',
  cause: async ({ proxy, sleep }) => {
    proxy.freeze();
    await sleep(1_200);
    proxy.thaw({ revive: false });
    // Watches cannot know; they are resumed when their client gives up.
    await sleep(300);
    proxy.cut(1);
  },
};
