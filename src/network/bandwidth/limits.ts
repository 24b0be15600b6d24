// The bandwidth that a pod asks for by its annotations. Pure. The runtime refuses a pod whose annotations are no such amounts before
// this is asked (upstream: pkg/util/bandwidth).
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { parseQuantity } from '../../api/quantity/quantity.ts';

export interface Limits {
  /** Bits a second towards the pod. */
  readonly ingress?: number;
  /** Bits a second from the pod. */
  readonly egress?: number;
}

const [INGRESS, EGRESS] = ['kubernetes.io/ingress-bandwidth', 'kubernetes.io/egress-bandwidth'];
const [LEAST, MOST] = [1e3, 1e15];

/** Undefined for a pod without limits. */
export function limitsOf({ metadata }: Pod): Limits | undefined {
  const { [INGRESS]: ingress, [EGRESS]: egress } = metadata.annotations ?? {};
  if (ingress === undefined && egress === undefined) return undefined;
  const [towards, from] = [rateOf(ingress), rateOf(egress)];
  return { ...(towards && { ingress: towards }), ...(from && { egress: from }) };
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  try {
    const { digits, exponent } = parseQuantity(text);
    const rate = Math.ceil(Number(digits) * 10 ** exponent);
    return rate >= LEAST && rate <= MOST ? rate : undefined;
  } catch {
    return undefined;
  }
}
