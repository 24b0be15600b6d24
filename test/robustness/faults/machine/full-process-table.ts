import { kill } from '../../server/cluster.ts';
import { ProcessTable } from '../../server/process-table.ts';
import type { Fault } from '../fault.ts';

/** The control plane dies while its supervisor can start no process. */
export const fullProcessTable: Fault = {
  name: 'full-process-table',
  cause: async ({ cluster, sleep }) => {
    const agent = cluster.nodeAgent;
    const table = new ProcessTable(`robustness-${agent}`);
    try {
      table.fill(agent);
      const pid = cluster.controlPlane;
      kill(pid, 'SIGKILL');
      await sleep(800);
    } finally {
      await table.clear();
    }
  },
};
