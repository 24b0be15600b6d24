// Removes what no longer tells anything: ended containers but the newest of each name, and old sandboxes without
// containers. Keeps what `kubectl logs --previous` and lastState need.
import { removeLogs } from '../containers/log-rotation.ts';
import { currentSandbox, type PodView } from '../view/pod-view.ts';
import type { PodContext } from './pod-context.ts';

export async function prune(view: PodView, { runtime }: Pick<PodContext, 'runtime'>): Promise<void> {
  const seen = new Set<string>();
  const removed = new Set<string>();
  for (const container of view.containers) {
    if (container.state !== 'exited') continue;
    const { name } = container.metadata;
    if (seen.has(name)) {
      removed.add(container.id);
      await runtime.removeContainer(container.id);
      await removeLogs(container.logPath);
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
