// The driver of a node's disk as long as nobody needs it: it says where its volumes are, which the kubelet tells the API from the start,
// and is loaded with the first other call, or at once if the node has volumes. Made by cluster/node-agent.
import { existsSync } from 'node:fs';
import { type CsiCaller, inProcess, served } from '../csi/caller.ts';
import { nodeGetInfo } from '../csi/messages/node.ts';
import type { Logger } from '../kit/log.ts';
import { DISK_DRIVER, TOPOLOGY_KEY } from './names.ts';
import type { DiskOptions } from './volumes/disk.ts';

export interface LazyDriverOptions extends DiskOptions {
  readonly log: Logger;
}

export interface LazyDriver {
  readonly name: string;
  readonly caller: CsiCaller;
  /** The node is let go of. */
  close(): Promise<void>;
}

export function lazyDiskDriver(options: LazyDriverOptions): LazyDriver {
  const { node, directory, log } = options;
  const info = inProcess([served(nodeGetInfo, async () => nodeInfo(node))]);
  let loading: Promise<{ caller: CsiCaller; close(): Promise<void> }> | undefined;
  const load = async () => {
    const { diskDriver } = await import('./driver.ts');
    const { methods, recover, close } = diskDriver(options);
    // What an earlier process has left must not wait for a call: a file system may be frozen.
    void recover().catch((error) => log.warn('volumes were not looked after', { error }));
    return { caller: inProcess(methods), close };
  };
  const loaded = () => {
    loading ??= load();
    return loading;
  };
  if (existsSync(directory)) void loaded();
  const caller: CsiCaller = {
    unary: async (method, request, call) =>
      (method.path === nodeGetInfo.path ? info : (await loaded()).caller).unary(method, request, call),
  };
  return { name: DISK_DRIVER, caller, close: async () => (await loading)?.close() };
}

const nodeInfo = (node: string) => ({
  nodeId: node,
  maxVolumesPerNode: 0,
  accessibleTopology: { segments: { [TOPOLOGY_KEY]: node } },
});
