// Nodes that say the same stand together, so that the answer stays readable however many nodes there are. Pure.
import type { NodePlacement, Obstacle, Preemption, Rejection } from '../pods/placement.ts';
import { obstacleKey, obstacleText, podText } from './obstacle-text.ts';

export interface VerdictGroup {
  readonly nodes: readonly string[];
  /** One per plug-in; none when the pod fits. */
  readonly lines: readonly VerdictLine[];
  /** How many plug-ins reject each of the nodes. */
  readonly rejections: number;
  readonly fits: boolean;
  readonly preempts: boolean;
}

export interface VerdictLine {
  readonly plugin: string;
  readonly reason: string;
  /** What would be enough; empty when nobody knows. */
  readonly needs: string;
}

/** Those that are closest to take the pod come first. */
export function groupVerdicts(verdicts: readonly NodePlacement[]): readonly VerdictGroup[] {
  const groups = new Map<string, NodePlacement[]>();
  for (const verdict of verdicts) {
    const key = keyOf(verdict);
    const same = groups.get(key);
    if (same) same.push(verdict);
    else groups.set(key, [verdict]);
  }
  return [...groups.values()].map(groupOf).sort(closestFirst);
}

function keyOf({ rejections, preemption, nominated }: NodePlacement): string {
  return JSON.stringify([
    rejections.map(({ plugin, reasons, obstacles }) => [plugin, reasons, obstacles.map(obstacleKey)]),
    preemption && ('reason' in preemption ? preemption.reason : preemption.violations > 0),
    nominated?.map(podText),
  ]);
}

function groupOf(verdicts: readonly NodePlacement[]): VerdictGroup {
  const [first] = verdicts as readonly [NodePlacement, ...NodePlacement[]];
  const removals = verdicts.flatMap(({ preemption }) => (preemption ? [preemption] : [])).filter(isRemoval);
  return {
    nodes: verdicts.map(({ node }) => node),
    rejections: first.rejections.length,
    fits: first.rejections.length === 0,
    preempts: removals.length > 0,
    lines: [
      ...first.rejections.map((rejection, i) =>
        lineOf(
          rejection,
          verdicts.map((each) => each.rejections[i]!),
        ),
      ),
      ...nominatedLine(first),
      ...preemptionLine(first.preemption, removals),
    ],
  };
}

function lineOf({ plugin, reasons, obstacles }: Rejection, all: readonly Rejection[]): VerdictLine {
  const texts = obstacles.map((_, i) => obstacleText(all.map((each) => each.obstacles[i] as Obstacle)));
  return { plugin, reason: reasons.join(', '), needs: [...new Set(texts)].join('; ') };
}

const nominatedLine = ({ nominated }: NodePlacement): VerdictLine[] =>
  nominated
    ? [{ plugin: '', reason: `room is kept for ${nominated.map(podText).join(', ')}`, needs: '' }]
    : [];

type RemovalOf = Extract<Preemption, { readonly victims: unknown }>;

const isRemoval = (preemption: Preemption): preemption is RemovalOf => 'victims' in preemption;

function preemptionLine(first: Preemption | undefined, removals: readonly RemovalOf[]): VerdictLine[] {
  if (!first) return [];
  if (!isRemoval(first)) return [{ plugin: 'preemption', reason: first.reason, needs: '' }];
  const needs = removals.length === 1 ? victimsText(first) : countsText(removals);
  const broken = first.violations > 0 ? ', against a disruption budget' : '';
  return [{ plugin: 'preemption', reason: 'possible', needs: `would preempt ${needs}${broken}` }];
}

function victimsText({ victims, count }: RemovalOf): string {
  const named = victims.map((victim) => `${podText(victim)} (priority ${victim.priority})`);
  const rest = count - victims.length;
  if (rest > 0) named.push(named.length > 0 ? `${rest} more` : `${rest} pods`);
  return named.join(', ');
}

function countsText(removals: readonly RemovalOf[]): string {
  const counts = removals.map(({ count }) => count).sort((a, b) => a - b);
  const [least, most] = [counts[0]!, counts.at(-1)!];
  if (least === most) return `${least} ${least === 1 ? 'pod' : 'pods'}`;
  return `${least} to ${most} pods`;
}

const closestFirst = (a: VerdictGroup, b: VerdictGroup): number =>
  Number(b.fits) - Number(a.fits) ||
  Number(b.preempts) - Number(a.preempts) ||
  a.rejections - b.rejections ||
  a.nodes.length - b.nodes.length;

/** `n1, n2 and 40 more`. */
export function nodesText(nodes: readonly string[]): string {
  const [first = '', second, third] = nodes;
  if (second === undefined) return first;
  return third === undefined ? `${first}, ${second}` : `${first}, ${second} and ${nodes.length - 2} more`;
}
