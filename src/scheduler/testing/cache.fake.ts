// A scheduler cache filled by hand, and what a plugin answers for each of its nodes.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { podInfo } from '../cache/pod-info.ts';
import { SchedulerCache } from '../cache/scheduler-cache.ts';
import { CycleState } from '../framework/cycle-state.ts';
import type { FilterPlugin, PreFilterPlugin, PreScorePlugin, ScorePlugin } from '../framework/plugin.ts';

/** `placed`: node name → the pods on it. */
export function cacheOf(nodes: readonly Node[], placed: Readonly<Record<string, readonly Pod[]>> = {}) {
  const cache = new SchedulerCache();
  for (const node of nodes) cache.setNode(node);
  for (const [name, pods] of Object.entries(placed)) for (const pod of pods) place(cache, pod, name);
  return cache;
}

export function place(cache: SchedulerCache, pod: Pod, nodeName: string): void {
  cache.setPod({ ...pod, spec: { ...pod.spec!, nodeName } });
}

/** Node name → `Success`, or the code and reasons; `Skip` alone when PreFilter skipped the plugin. */
export function filterAnswers(
  plugin: FilterPlugin & Partial<PreFilterPlugin>,
  cache: SchedulerCache,
  pod: Pod,
): Record<string, string> | string {
  const state = new CycleState();
  const info = podInfo(pod);
  const prepared = plugin.preFilter?.(state, info).status.code ?? 'Success';
  if (prepared !== 'Success') return prepared;
  return perNode(cache, (node) => {
    const { code, reasons } = plugin.filter(state, info, node);
    return code === 'Success' ? code : `${code}: ${reasons.join(', ')}`;
  });
}

/** Node name → normalized score; `Skip` when PreScore skipped the plugin. */
export function scoresOf(
  plugin: ScorePlugin & Partial<PreScorePlugin>,
  cache: SchedulerCache,
  pod: Pod,
): Record<string, number> | string {
  const state = new CycleState();
  const info = podInfo(pod);
  const prepared = plugin.preScore?.(state, info, cache.list()).code ?? 'Success';
  if (prepared !== 'Success') return prepared;
  const scores = cache.list().map((node) => plugin.score(state, info, node));
  plugin.normalizeScore?.(state, info, scores);
  return Object.fromEntries(cache.list().map(({ name }, i) => [name, scores[i]!]));
}

const perNode = <T>(cache: SchedulerCache, answer: (node: ReturnType<typeof cache.list>[number]) => T) =>
  Object.fromEntries(cache.list().map((node) => [node.name, answer(node)]));
