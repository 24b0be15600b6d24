import { kill } from '../../server/cluster.ts';
import { between, type Fault } from '../fault.ts';

/** The control plane is asked to end, again and again, soon after it answers. */
export const restartLoop: Fault = {
  name: 'restart-loop',
  cause: async (context) => {
    const { cluster, sleep } = context;
    for (let i = 0; i < 3; i++) {
      const pid = cluster.controlPlane;
      kill(pid, 'SIGTERM');
      await cluster.nextControlPlane(pid);
      await cluster.recovered();
      await sleep(between(context, 0, 200));
    }
  },
};
