// Removes ended containers but the newest of each name, and old sandboxes without containers. Keeps what `kubectl logs --previous` and lastState need. Called by runtime-containers.ts.
import type { ContainerRuntime } from '../../cri/runtime.ts';
import type { NodeFiles } from '../files/node-files.ts';
import { currentSandbox, type PodView } from '../view/pod-view.ts';
import { removeLogs } from './log-rotation.ts';

export interface PruneOptions {
  readonly runtime: Pick<ContainerRuntime, 'removeContainer' | 'removePodSandbox'>;
  readonly files: NodeFiles;
}

export async function prune(view: PodView, { runtime, files }: PruneOptions): Promise<void> {
  const seen = new Set<string>();
  const removed = new Set<string>();
  for (const container of view.containers) {
    if (container.state !== 'exited') continue;
    const { name } = container.metadata;
    if (seen.has(name)) {
      removed.add(container.id);
      await runtime.removeContainer(container.id);
      await removeLogs(files, container.logPath);
    }
    seen.add(name);
  }
  const current = currentSandbox(view);
  for (const sandbox of view.sandboxes) {
    const inUse = view.containers.some((c) => c.podSandboxId === sandbox.id && !removed.has(c.id));
    if (sandbox === current || sandbox.state === 'ready' || inUse) continue;
    await runtime.removePodSandbox(sandbox.id);
  }
}
