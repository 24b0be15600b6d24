// The binding cycle of one pod: waits for Permit, then PreBind, Bind, PostBind. Runs on its own while other pods are scheduled;
// the pod counts on its node meanwhile. A failure leaves it to the caller to release the node.
import type { PodInfo } from '../cache/pod-info.ts';
import type { CycleState } from '../framework/cycle-state.ts';
import type { Framework } from '../framework/framework.ts';
import type { Status } from '../framework/status.ts';

/** `bindOtherwise` is asked before the Bind plugins; undefined leaves it to them. */
export async function runBindingCycle(
  framework: Framework,
  state: CycleState,
  pod: PodInfo,
  node: string,
  bindOtherwise: (pod: PodInfo, node: string) => Promise<Status | undefined> | undefined = () => undefined,
): Promise<Status> {
  const permitted = await framework.waitOnPermit(pod);
  if (permitted.code !== 'Success') return permitted;
  const prepared = await framework.runPreBindPlugins(state, pod, node);
  if (prepared.code !== 'Success') return prepared;
  const bound = (await bindOtherwise(pod, node)) ?? (await framework.runBindPlugins(state, pod, node));
  if (bound.code === 'Success') framework.runPostBindPlugins(state, pod, node);
  return bound;
}
