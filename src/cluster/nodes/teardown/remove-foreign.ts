// What a node leaves in a container runtime that somebody else keeps running: its pods, which are removed through that runtime,
// and the configuration of the pod network. Called by destroy.ts.
import { openEndpoint } from '../../../cri/endpoint/connect.ts';
import { isCriError } from '../../../cri/runtime.ts';
import type { Clock } from '../../../kit/clock.ts';
import { networkName, removeConflist } from '../cni.ts';
import type { ForeignPlaces, NodesPlan } from '../plan.ts';

/** Every sandbox of a kubelet has it; others that use the runtime make none. */
const POD_UID = 'io.kubernetes.pod.uid';

export async function removeForeign(
  plan: Pick<NodesPlan, 'cluster' | 'nodes'>,
  { endpoint, cniConfigDirectory }: ForeignPlaces,
  clock: Clock,
): Promise<void> {
  const runtime = openEndpoint({ endpoint, clock });
  try {
    for (const { id, labels } of await runtime.listPodSandboxes()) {
      if (!labels[POD_UID]) continue;
      await runtime.stopPodSandbox(id);
      await runtime.removePodSandbox(id);
    }
  } catch (error) {
    // A runtime that is switched off or gone has nothing that could be ended.
    if (!isCriError(error, 'unavailable')) throw error;
  } finally {
    runtime.close();
  }
  for (const node of plan.nodes) await removeConflist(cniConfigDirectory, networkName(plan, node));
}
