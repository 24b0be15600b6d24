import { kill } from '../../server/cluster.ts';
import { between, type Fault } from '../fault.ts';

/** SIGSTOP, and SIGCONT before the supervisor loses its patience: clients have given up on some requests by then. */
export const pause: Fault = {
  name: 'pause',
  cause: async (context) => {
    const pid = context.cluster.controlPlane;
    kill(pid, 'SIGSTOP');
    await context.sleep(between(context, 300, 3_500));
    kill(pid, 'SIGCONT');
  },
};
