import { kill } from '../../server/cluster.ts';
import { between, type Fault } from '../fault.ts';

/** SIGKILL to the control plane and to the one after it, at some point of its start. */
export const killDuringStart: Fault = {
  name: 'kill-during-start',
  cause: async (context) => {
    const { cluster, sleep } = context;
    for (let i = 0; i < 2; i++) {
      const pid = cluster.controlPlane;
      kill(pid, 'SIGKILL');
      const next = await cluster.nextControlPlane(pid);
      await sleep(between(context, 0, 400));
      kill(next, 'SIGKILL');
      await cluster.nextControlPlane(next);
    }
  },
};
