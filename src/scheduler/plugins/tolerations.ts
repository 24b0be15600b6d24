// Whether tolerations bear a taint (k8s.io/api core/v1 Toleration.ToleratesTaint).
import type { Toleration } from '../../api/kinds/core/v1/affinity.ts';
import type { Taint } from '../../api/kinds/core/v1/node.ts';

type TaintLike = Pick<Taint, 'key' | 'effect'> & { value?: string };

export function tolerates(tolerations: readonly Toleration[] | undefined, taint: TaintLike): boolean {
  return (tolerations ?? []).some((toleration) => toleratesOne(toleration, taint));
}

function toleratesOne(toleration: Toleration, taint: TaintLike): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  const value = toleration.value ?? '';
  const there = taint.value ?? '';
  if (toleration.operator === 'Exists') return true;
  if (toleration.operator === 'Gt') return Number(there) > Number(value);
  if (toleration.operator === 'Lt') return Number(there) < Number(value);
  return Boolean(toleration.key) && value === there;
}
