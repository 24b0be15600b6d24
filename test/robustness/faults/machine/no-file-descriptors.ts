import { limitOpenFiles, mostOpenFiles, openFiles } from '../../server/cluster.ts';
import type { Fault } from '../fault.ts';

/** The control plane can open no file and accept no connection, while all clients must connect anew. */
export const noFileDescriptors: Fault = {
  name: 'no-file-descriptors',
  cause: async ({ cluster, proxy, sleep }) => {
    const pid = cluster.controlPlane;
    const usual = mostOpenFiles(pid);
    await limitOpenFiles(pid, openFiles(pid));
    proxy.cut(0.5, () => 0.4);
    await sleep(600);
    proxy.cut(1);
    await limitOpenFiles(pid, Math.max(16, openFiles(pid) - 10));
    await sleep(600);
    await limitOpenFiles(pid, usual);
  },
};
