// Shows a cluster's progress: one line a step, and at the end what to do next.
import type { ClusterSummary, Progress } from '../../cluster/progress.ts';

export function showProgress(event: Progress): void {
  if (event.kind === 'step') process.stderr.write(`  ✓ ${event.text.padEnd(52)} ${seconds(event.ms)}\n`);
  else if (event.kind === 'ready') process.stderr.write(nextSteps(event.summary, event.ms));
  else process.stderr.write(`tiphys: ${event.text}\n`);
}

const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

function nextSteps(summary: ClusterSummary, ms: number): string {
  const named = summary.name === 'tiphys' ? '' : ` --name ${summary.name}`;
  return `
Cluster ${summary.name} is ready after ${seconds(ms)}: ${summary.nodes.length} node${summary.nodes.length > 1 ? 's' : ''}, API at ${summary.api}

  kubectl --context ${summary.context} get pods -A      (or: bin/tiphys kubectl${named} get pods -A)
  bin/tiphys status${named}
  bin/tiphys image load${named} ARCHIVE|DIR            bring an image into every node
  bin/tiphys down${named}                              stop it and leave nothing behind

`;
}
