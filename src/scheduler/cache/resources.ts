// Amounts of resources as numbers: cpu in millicores, the rest in whole units. What a pod asks for, and sums of it.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import * as amounts from '../../api/pods/amounts.ts';
import { podRequests as requestsOf } from '../../api/pods/resources.ts';
import { formatQuantity, quantityOf } from '../../api/quantity/quantity.ts';

/** Resource name → amount. `pods` counts pods. */
export type Amounts = amounts.Amounts<number>;

export const amountsOf = (list: amounts.ResourceList | undefined): Amounts =>
  amounts.parseAmounts(list, amounts.inUnits);

export function addAmounts(target: Amounts, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of more) target.set(name, (target.get(name) ?? 0) + sign * amount);
}

export function areSame(amounts: Amounts, others: Amounts): boolean {
  if (amounts.size !== others.size) return false;
  for (const [name, amount] of amounts) if (others.get(name) !== amount) return false;
  return true;
}

const IN_BYTES = /^(memory|ephemeral-storage|hugepages-.*)$/;

/** The amount as a quantity. */
export function amountText(resource: string, amount: number): string {
  if (resource === 'cpu') return formatQuantity(quantityOf(amount, 'DecimalSI', -3));
  return formatQuantity(quantityOf(amount, IN_BYTES.test(resource) ? 'BinarySI' : 'DecimalSI'));
}

/** What the pod reserves on a node. */
export const podRequests = (pod: Readonly<Pod>): Amounts =>
  requestsOf(pod, amounts.inUnits, { withStatus: true });

/** Upstream's stand-ins: 100m of cpu and 200Mi of memory. */
const STAND_INS = new Map([
  ['cpu', 100],
  ['memory', 200 * 1024 * 1024],
]);

/** The same with a small stand-in for containers that ask for nothing, so that scores still spread them. */
export const podScoringRequests = (pod: Readonly<Pod>): Amounts =>
  requestsOf(pod, amounts.inUnits, { withStatus: true, missing: STAND_INS });
