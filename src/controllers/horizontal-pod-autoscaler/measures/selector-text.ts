// A label selector as Go prints it with %+v: in messages about metrics that have one. Pure.
import type { LabelSelector } from '../../../api/meta/v1/label-selector.ts';

export function selectorText(selector: Readonly<LabelSelector> | null | undefined): string {
  if (!selector) return 'nil';
  const labels = Object.entries(selector.matchLabels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  const map = labels.map(([key, value]) => `${key}: ${value},`).join('');
  const requirements = (selector.matchExpressions ?? [])
    .map(
      ({ key, operator, values = [] }) =>
        `LabelSelectorRequirement{Key:${key},Operator:${operator},Values:[${values.join(' ')}],},`,
    )
    .join('');
  return `&LabelSelector{MatchLabels:map[string]string{${map}},MatchExpressions:[]LabelSelectorRequirement{${requirements}},}`;
}
