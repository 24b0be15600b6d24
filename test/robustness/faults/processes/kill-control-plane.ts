import { kill } from '../../server/cluster.ts';
import type { Fault } from '../fault.ts';

/** SIGKILL to the control plane; its supervisor starts another one. */
export const killControlPlane: Fault = {
  name: 'kill-control-plane',
  cause: async ({ cluster }) => {
    const pid = cluster.controlPlane;
    kill(pid, 'SIGKILL');
    await cluster.nextControlPlane(pid);
  },
};
