// Why a pod does not fit, node by node and plugin by plugin, and the sentence that upstream makes of it. Pure.
import type { NodeVerdict } from '../framework/plugin.ts';
import type { Status } from '../framework/status.ts';

export interface Diagnosis {
  /** How many nodes there were to choose from. */
  readonly nodes: number;
  readonly verdicts: readonly NodeVerdict[];
  /** The status of every node without a verdict of its own: PreFilter rejected the pod, or left the node out. */
  readonly absent?: Status;
  /** PreFilter rejected the pod for all nodes. */
  readonly preFilterMessage?: string;
  readonly postFilterMessage?: string;
}

/** The message of the FailedScheduling event and of the PodScheduled condition (framework.FitError). */
export function explain(diagnosis: Diagnosis): string {
  const { nodes, preFilterMessage, postFilterMessage } = diagnosis;
  if (nodes === 0) return 'no nodes available to schedule pods';
  const reasons = preFilterMessage ?? reasonCounts(diagnosis).join(', ');
  const sentence = `0/${nodes} nodes are available:${reasons ? ` ${reasons}.` : ''}`;
  return postFilterMessage ? `${sentence} ${postFilterMessage}` : sentence;
}

/** `2 Insufficient cpu`, sorted as text: 10 comes before 2. */
function reasonCounts({ nodes, verdicts, absent }: Diagnosis): string[] {
  const counts = new Map<string, number>();
  const count = (reason: string, by: number) => counts.set(reason, (counts.get(reason) ?? 0) + by);
  for (const { status } of verdicts) for (const reason of status.reasons) count(reason, 1);
  const others = nodes - verdicts.length;
  if (others > 0) for (const reason of absent?.reasons ?? []) count(reason, others);
  return [...counts].map(([reason, number]) => `${number} ${reason}`).sort();
}

/** What DefaultPreemption says when it finds no pods to remove; used while there is no PostFilter plugin. */
export function noPreemptionMessage(diagnosis: Diagnosis): string {
  const { nodes, verdicts, absent } = diagnosis;
  const others = nodes - verdicts.length;
  const isHopeless = (status: Status | undefined) => status?.code === 'UnschedulableAndUnresolvable';
  const hopeless =
    verdicts.filter(({ status }) => isHopeless(status)).length + (isHopeless(absent) ? others : 0);
  const parts = [
    ...(hopeless ? [`${hopeless} Preemption is not helpful for scheduling`] : []),
    ...(nodes > hopeless ? [`${nodes - hopeless} No preemption victims found for incoming pod`] : []),
  ].sort();
  return `preemption: 0/${nodes} nodes are available: ${parts.join(', ')}.`;
}
