// Why a pod does not fit, node by node and plugin by plugin, and the sentence that upstream makes of it. Pure.

export interface NodeVerdict {
  readonly node: string;
  readonly plugin: string;
  readonly reasons: readonly string[];
  /** No pod leaving the node would help. */
  readonly final: boolean;
}

export interface Diagnosis {
  /** All nodes that were there to choose from. */
  readonly nodes: number;
  readonly verdicts: readonly NodeVerdict[];
  /** Said of all nodes at once, before any was looked at. */
  readonly overall?: { readonly plugin: string; readonly reasons: readonly string[] };
  /** What preemption found. */
  readonly preemption?: string;
}

/** The message of the FailedScheduling event and of the PodScheduled condition (framework.FitError). */
export function explain(diagnosis: Diagnosis): string {
  const { nodes, verdicts, overall, preemption } = diagnosis;
  const head = `0/${nodes} nodes are available`;
  if (overall) return sentence(`${head}: ${overall.reasons.join(', ')}`, preemption);
  if (nodes === 0) return 'no nodes available to schedule pods';
  const counts = new Map<string, number>();
  for (const { reasons } of verdicts)
    for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  const parts = [...counts].map(([reason, count]) => `${count} ${reason}`).sort();
  return sentence(`${head}: ${parts.join(', ')}`, preemption);
}

const sentence = (text: string, preemption: string | undefined) =>
  `${text}.${preemption ? ` ${preemption}` : ''}`;

/** Upstream's closing words when no pod could be moved out of the way. */
export function preemptionWords(diagnosis: Diagnosis): string {
  const helpless = diagnosis.verdicts.filter((verdict) => verdict.final).length;
  const hopeful = diagnosis.nodes - helpless;
  const parts = [
    ...(helpless ? [`${helpless} Preemption is not helpful for scheduling`] : []),
    ...(hopeful ? [`${hopeful} No preemption victims found for incoming pod`] : []),
  ].sort();
  return `preemption: 0/${diagnosis.nodes} nodes are available: ${parts.join(', ')}.`;
}
