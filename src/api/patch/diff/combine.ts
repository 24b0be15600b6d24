// One strategic merge patch from two: deletions first, then what is added and changed. Both patches are for the same result, so that
// their $setElementOrder and $retainKeys agree. Called by three-way.ts.
import { goValue } from '../../status/go-value.ts';
import { getKey, isObject, type JsonObject, setKey } from '../json.ts';
import { type PatchRules, ruleOf } from './rules.ts';

const ORDER = '$setElementOrder/';

export function combined(deletions: JsonObject, changes: JsonObject, rules: PatchRules): JsonObject {
  const patch: JsonObject = { ...deletions };
  for (const key of Object.keys(changes)) {
    const change = changes[key];
    const earlier = getKey(patch, key);
    if (key.startsWith('$')) setKey(patch, key, change);
    else if (isObject(change) && isObject(earlier)) {
      const rule = ruleOf(rules, key);
      setKey(patch, key, rule.replace ? change : combined(earlier, change, rule.inner));
    } else if (Array.isArray(change) && Array.isArray(earlier))
      setKey(patch, key, combinedLists(earlier, change, key, rules, getKey(changes, ORDER + key)));
    else setKey(patch, key, change);
  }
  return patch;
}

function combinedLists(
  deletions: unknown[],
  changes: unknown[],
  key: string,
  rules: PatchRules,
  order: unknown,
): unknown[] {
  const { merge, inner } = ruleOf(rules, key);
  if (merge === undefined) return changes;
  if (typeof merge !== 'string') return [...new Set([...deletions, ...changes])];
  const isDeletion = (item: unknown) => isObject(item) && Object.hasOwn(item, '$patch');
  const identity = (item: unknown) => goValue(isObject(item) ? getKey(item, merge) : item);
  const merged = deletions.filter((item) => !isDeletion(item));
  const found = new Map(merged.map((item, i) => [identity(item), i]));
  for (const change of changes) {
    const at = found.get(identity(change));
    const earlier = at === undefined ? undefined : merged[at];
    if (at !== undefined && isObject(earlier) && isObject(change))
      merged[at] = combined(earlier, change, inner);
    else merged.push(change);
  }
  const places = new Map((Array.isArray(order) ? order : []).map((item, i) => [identity(item), i]));
  merged.sort((a, b) => (places.get(identity(a)) ?? 0) - (places.get(identity(b)) ?? 0));
  return [...merged, ...deletions.filter(isDeletion)];
}
