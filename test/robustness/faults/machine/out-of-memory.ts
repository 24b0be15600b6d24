import type { Fault } from '../fault.ts';

/** The control plane's heap is full: V8 ends the process. */
export const outOfMemory: Fault = {
  name: 'out-of-memory',
  cause: async ({ cluster, failpoints }) => {
    const pid = cluster.controlPlane;
    failpoints.exhaustMemory(pid);
    await cluster.nextControlPlane(pid);
  },
};
