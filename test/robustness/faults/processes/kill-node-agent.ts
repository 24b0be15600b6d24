import { eventually } from '../../../support/eventually.ts';
import { kill } from '../../server/cluster.ts';
import type { Fault } from '../fault.ts';

/** SIGKILL to the node agent: the control plane ends without it, and the launcher starts both again. */
export const killNodeAgent: Fault = {
  name: 'kill-node-agent',
  cause: async ({ cluster }) => {
    const pid = cluster.nodeAgent;
    kill(pid, 'SIGKILL');
    await eventually('another node agent', () => cluster.nodeAgent !== pid);
  },
};
