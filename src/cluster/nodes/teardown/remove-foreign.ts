// What a node leaves in a container runtime that somebody else keeps running: its pods, which are removed through that runtime,
// and the configuration of the pod network. Called by destroy.ts.
import { openEndpoint } from '../../../cri/endpoint/connect.ts';
import { type ContainerRuntime, isCriError } from '../../../cri/runtime.ts';
import type { Clock } from '../../../kit/clock.ts';
import { networkName, removeConflist } from '../cni.ts';
import type { ForeignPlaces, NodesPlan } from '../plan.ts';

/** Every sandbox of a kubelet has it; others that use the runtime make none. */
const POD_UID = 'io.kubernetes.pod.uid';
/** The node goes at once: pods that want to end properly are drained before. */
const GRACE_SECONDS = 2;

export async function removeForeign(
  plan: Pick<NodesPlan, 'cluster' | 'nodes'>,
  { endpoint, cniConfigDirectory }: ForeignPlaces,
  clock: Clock,
): Promise<void> {
  const runtime = openEndpoint({ endpoint, clock });
  try {
    const sandboxes = await runtime.listPodSandboxes();
    const pods = sandboxes.filter(({ labels }) => labels[POD_UID]);
    await Promise.all(pods.map(({ id }) => removePod(runtime, id)));
  } catch (error) {
    // A runtime that is switched off or gone has nothing that could be ended.
    if (!isCriError(error, 'unavailable')) throw error;
  } finally {
    runtime.close();
  }
  for (const node of plan.nodes) await removeConflist(cniConfigDirectory, networkName(plan, node));
}

/** Containers first, as a kubelet does: CRI-O gives them minutes when it stops a sandbox with them. */
async function removePod(runtime: ContainerRuntime, sandbox: string): Promise<void> {
  const running = await runtime.listContainers({ podSandboxId: sandbox, state: 'running' });
  await Promise.all(running.map(({ id }) => runtime.stopContainer(id, GRACE_SECONDS)));
  await runtime.stopPodSandbox(sandbox);
  await runtime.removePodSandbox(sandbox);
}
