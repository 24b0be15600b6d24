import type { Fault } from '../fault.ts';

/** SIGKILL to every process of the cluster at once, as when the power fails; then it is started anew. */
export const killAll: Fault = {
  name: 'kill-all',
  cause: async ({ cluster }) => {
    await cluster.killAll();
    await cluster.up();
  },
};
