import { kill } from '../../server/cluster.ts';
import type { Fault } from '../fault.ts';

/** SIGSTOP for good: the supervisor must notice, kill it and start another one. */
export const stop: Fault = {
  name: 'stop',
  cause: async ({ cluster }) => {
    const pid = cluster.controlPlane;
    kill(pid, 'SIGSTOP');
    await cluster.nextControlPlane(pid);
  },
};
