// What the pods of each node request of it, for those who may list pods.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { inUnits } from '../../../api/pods/amounts.ts';
import { podRequests } from '../../../api/pods/resources.ts';
import { listAll, type Reader } from './reader.ts';

export interface NodeRequests {
  readonly pods: number;
  /** Millicores. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}

export interface AllRequests {
  readonly nodes: Readonly<Record<string, NodeRequests>>;
  /** Not all pods were looked at: the sums are too small. */
  readonly more: boolean;
}

const MOST_PODS = 50_000;

/** Pods that have ended hold nothing. */
const RUNNING = 'spec.nodeName!=,status.phase!=Succeeded,status.phase!=Failed';

type OfPod = readonly [node: string, cpu: number, memory: number];

export async function requestsByNode(read: Reader): Promise<AllRequests> {
  const query = { fieldSelector: RUNNING };
  const { items, more } = await listAll<Pod, OfPod>(read, '/api/v1/pods', query, MOST_PODS, (pod) => {
    const amounts = podRequests(pod, inUnits, { withStatus: true });
    return [[pod.spec?.nodeName ?? '', amounts.get('cpu') ?? 0, amounts.get('memory') ?? 0]];
  });
  const nodes: Record<string, NodeRequests> = Object.create(null);
  for (const [node, cpu, memory] of items) {
    const sum = nodes[node] ?? { pods: 0, cpu: 0, memory: 0 };
    nodes[node] = { pods: sum.pods + 1, cpu: sum.cpu + cpu, memory: sum.memory + memory };
  }
  return { nodes, more };
}
