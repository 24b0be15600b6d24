// Why a pod does not fit, node by node and plugin by plugin, and the sentence that upstream makes of it. Pure.
import type { NodeVerdicts } from '../framework/plugin.ts';
import { statusCounts } from './status-counts.ts';

export interface Diagnosis extends NodeVerdicts {
  /** The PreFilter plugins that left nodes out. */
  readonly leftOutBy?: readonly string[];
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
  for (const [status, number] of statusCounts(verdicts))
    for (const reason of status.reasons) count(reason, number);
  const others = nodes - verdicts.length;
  if (others > 0) for (const reason of absent?.reasons ?? []) count(reason, others);
  return [...counts].map(([reason, number]) => `${number} ${reason}`).sort();
}

/** Who has to change their mind before the pod fits anywhere. */
export function rejectingPlugins({ verdicts, absent, leftOutBy = [] }: Diagnosis): ReadonlySet<string> {
  const plugins = new Set(leftOutBy);
  if (absent?.plugin) plugins.add(absent.plugin);
  for (const { plugin } of statusCounts(verdicts).keys()) if (plugin) plugins.add(plugin);
  return plugins;
}
