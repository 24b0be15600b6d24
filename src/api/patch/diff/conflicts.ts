// Whether two strategic merge patches set the same field differently. For `kubectl apply --overwrite=false`.
import { goValue } from '../../status/go-value.ts';
import { getKey, isObject, type JsonObject, jsonEqual } from '../json.ts';
import { type FieldRule, type PatchRules, ruleOf } from './rules.ts';

export function patchesConflict(left: JsonObject, right: JsonObject, rules: PatchRules): boolean {
  if (getKey(left, '$patch') !== getKey(right, '$patch')) return true;
  return Object.keys(left).some((key) => {
    if (key.startsWith('$') || !Object.hasOwn(right, key)) return false;
    const rule = typeof left[key] === 'object' && left[key] !== null ? ruleOf(rules, key) : undefined;
    return valuesConflict(left[key], right[key], rule);
  });
}

function valuesConflict(left: unknown, right: unknown, rule: FieldRule | undefined): boolean {
  if (isObject(left))
    return (
      !isObject(right) || (rule !== undefined && !rule.replace && patchesConflict(left, right, rule.inner))
    );
  if (!Array.isArray(left)) return !jsonEqual(left, right);
  if (!Array.isArray(right)) return true;
  if (rule?.merge === undefined) return !jsonEqual(left, right);
  return typeof rule.merge === 'string' && elementsConflict(left, right, rule.merge, rule.inner);
}

function elementsConflict(left: unknown[], right: unknown[], key: string, rules: PatchRules): boolean {
  const identity = (item: unknown) => goValue(isObject(item) ? getKey(item, key) : undefined);
  const others = new Map(right.map((item) => [identity(item), item]));
  return left.some((item) => {
    const other = others.get(identity(item));
    return isObject(item) && isObject(other) && patchesConflict(item, other, rules);
  });
}
