// The first lines of the answer: what the pod waits for, in one sentence, and how long it has. Pure.
import { durationText } from '../meta/v1/duration.ts';
import type { Placement } from '../pods/placement.ts';
import { nodesText, type VerdictGroup } from './verdict-groups.ts';

/** Groups that the sentence names. */
const MOST_NAMED = 3;

export function headline(placement: Placement, groups: readonly VerdictGroup[]): string {
  const { state, node, nodes, schedulerName, reasons = [], rejection, nominatedNode } = placement;
  switch (state) {
    case 'Bound':
      return `is on node ${node}`;
    case 'Binding':
      return `is being bound to node ${node}`;
    case 'Finished':
      return 'has finished';
    case 'Deleting':
      return 'is being deleted, and gets no node any more';
    case 'OtherScheduler':
      return `waits for the scheduler ${schedulerName}, which is not one of this cluster's`;
    case 'Unknown':
      return 'is new: the scheduler has not seen it yet';
    case 'Gated':
      return `is kept out of the scheduling queue: ${reasons.join(', ')}`;
    default:
      break;
  }
  if (nominatedNode)
    return `is nominated for node ${nominatedNode}, and waits until the preempted pods there have ended`;
  if (rejection) return `fits no node: ${rejection.reasons.join(', ')} (${rejection.plugin})`;
  if (!nodes) return 'waits for a node';
  if (nodes.total === 0) return 'waits for a node: there are none';
  const share = `${nodes.fit} of ${nodes.judged} nodes fit${nodes.judged < nodes.total ? ` (${nodes.total} in all)` : ''}`;
  const named = groups.slice(0, MOST_NAMED).flatMap(sentence);
  const more = groups.length > MOST_NAMED ? '; …' : '';
  return `waits for a node: ${share}${named.length > 0 ? `: ${named.join('; ')}${more}` : ''}`;
}

/** `needs 500m more cpu on n1`, `would preempt d/x on n2`. */
function sentence({ nodes, lines, fits, preempts }: VerdictGroup): string[] {
  const where = nodesText(nodes);
  if (fits) return [`fits on ${where}`];
  if (preempts) return lines.slice(-1).map(({ needs }) => `${needs} on ${where}`);
  const needs = lines.flatMap(({ needs: each, reason, plugin }) =>
    plugin === 'preemption' ? [] : [each || reason],
  );
  return [`needs ${needs.join(', and ')} on ${where}`];
}

/** Where it stands in the queue: undefined when it is in none. */
export function standing({ queue, state, lastAttempt }: Placement): string | undefined {
  if (!queue) return undefined;
  const { attempts, waitingSeconds, retrySeconds } = queue;
  const tried = `${attempts} ${attempts === 1 ? 'attempt' : 'attempts'} in ${durationText(waitingSeconds * 1000)}`;
  if (state === 'Backoff') return `${tried}, tried again within ${durationText((retrySeconds ?? 0) * 1000)}`;
  if (state === 'Active') return `${tried}, about to be tried`;
  if (state === 'Gated') return tried;
  const whose = lastAttempt?.plugins.length ? ` that concerns ${lastAttempt.plugins.join(', ')}` : '';
  return `${tried}, tried again after a change in the cluster${whose}, or after 5 minutes`;
}
