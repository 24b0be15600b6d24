// Merges an applied object into the live one: applied values win, others are kept, associative lists merge by key.
// Called by the field manager. Unchanged parts are shared.
import { getKey, isObject, type JsonObject, setKey } from '../json.ts';
import { bySteps, itemShape, itemStep, type ListShape } from './items.ts';
import { memberShape, type Shape } from './shape.ts';

export function mergeApplied(shape: Shape, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  if (live === undefined || live === null || applied === null) return applied;
  if (shape.is === 'set' || shape.is === 'keyed')
    return Array.isArray(live) && Array.isArray(applied) ? mergeItems(shape, live, applied) : applied;
  if (shape.is === 'leaf' || shape.is === 'untracked' || !isObject(live) || !isObject(applied))
    return applied;
  const merged: JsonObject = { ...live };
  for (const key of Object.keys(applied))
    setKey(merged, key, mergeApplied(memberShape(shape, key), getKey(live, key), applied[key]));
  return merged;
}

/**
 * Applied items keep their order; items that are only live keep their position relative to the live items around them.
 * If the two lists disagree about the order of shared items, the applied order is used.
 */
function mergeItems(shape: ListShape, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const item = itemShape(shape);
  const liveItems = bySteps(shape, live);
  const appliedItems = bySteps(shape, applied);
  const liveSteps = live.map((value) => itemStep(shape, value));
  const appliedSteps = [...appliedItems.keys()];
  const shared = appliedSteps.filter((step) => liveItems.has(step));
  const done = new Set<string>();
  const merged: unknown[] = [];
  let next = 0;
  let l = 0;
  let r = 0;
  const take = (step: string) => {
    done.add(step);
    const before = liveItems.get(step);
    // Repeated items of the live list cannot be merged, only replaced.
    merged.push(
      mergeApplied(item, before?.length === 1 ? before[0] : undefined, appliedItems.get(step)?.[0]),
    );
    if (shared[next] === step) next++;
    r++;
  };
  while (l < liveSteps.length || r < appliedSteps.length) {
    const here = liveSteps[l];
    const wanted = appliedSteps[r];
    if (here !== undefined && here === wanted) {
      take(here);
      l++;
    } else if (here !== undefined && !appliedItems.has(here)) {
      merged.push(live[l++]);
    } else if (here !== undefined && (done.has(here) || (wanted !== undefined && shared[next] !== here))) {
      l++;
    } else if (wanted !== undefined) take(wanted);
    else l++;
  }
  return merged;
}
