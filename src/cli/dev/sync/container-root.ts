// The root directory of a running container of a node of this machine, as a descriptor. Files are read and written below it by names
// that no link of the container can lead elsewhere. Called by write.ts.
import { type FileHandle, open } from 'node:fs/promises';
import type { RuntimeChannel } from '../../../cri/containerd/channel.ts';
import { taskPid } from '../../../cri/containerd/tasks.ts';
import { O_DIRECTORY, O_PATH } from '../../../kubelet/files/descend.ts';

/**
 * Calls `use` with the container's root. A process id may belong to another process by the time that its root is opened, and that may
 * be the machine's: only when the runtime still names the same process afterwards was it the container's.
 */
export async function withContainerRoot<T>(
  grpc: RuntimeChannel,
  containerId: string,
  use: (root: FileHandle) => Promise<T>,
): Promise<T> {
  const pid = await taskPid(grpc, containerId);
  const root = await open(`/proc/${pid}/root`, O_PATH | O_DIRECTORY);
  try {
    if ((await taskPid(grpc, containerId)) !== pid) throw new Error('the container has just ended');
    return await use(root);
  } finally {
    await root.close();
  }
}
