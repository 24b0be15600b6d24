// Whether a toleration covers a taint, as scheduler and kubelet judge it: key, effect and value, where it gives them.
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import type { Taint } from '../../api/kinds/core/v1/node.ts';

export function tolerates(toleration: Toleration, taint: Taint): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  if (toleration.operator === 'Exists') return true;
  if (!toleration.key) return false;
  return (toleration.value ?? '') === (taint.value ?? '');
}
