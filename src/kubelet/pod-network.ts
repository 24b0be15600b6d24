// The port through which the network learns of a node's pods before the API does, and holds back their containers until its rules
// for them are in force (NetworkPolicy, bandwidth). Filled by cluster; called by containers/runtime-containers.ts.
import type { Pod } from './pod.ts';

export interface PodNetwork {
  /** The pod's sandbox, by its id, has these addresses. Called again and again with the same ones. */
  joined(pod: Pod, addresses: readonly string[], sandbox: string): void;
  /** Resolves when containers of the pods that have joined may start. */
  ready(): Promise<void>;
  /** Nothing of the pod runs any more: its addresses may become another pod's. */
  left(uid: string): void;
}
