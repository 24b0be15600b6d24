// Amounts of resources as numbers: cpu in millicores, the rest in whole units. What a pod asks for, and sums of it.
// Follows k8s.io/component-helpers resource.PodRequests: sidecars add up, other init containers count by their largest.
import type { Container } from '../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { milliValue, wholeValue } from '../../api/quantity/quantity.ts';

/** Resource name → amount. `pods` counts pods. */
export type Amounts = Map<string, number>;

export function amountsOf(list: Readonly<Record<string, string>> | undefined): Amounts {
  const amounts: Amounts = new Map();
  for (const [name, quantity] of Object.entries(list ?? {}))
    amounts.set(name, name === 'cpu' ? milliValue(quantity) : wholeValue(quantity));
  return amounts;
}

export function addAmounts(target: Amounts, more: Amounts, sign: 1 | -1 = 1): void {
  for (const [name, amount] of more) target.set(name, (target.get(name) ?? 0) + sign * amount);
}

function raise(target: Amounts, floor: Amounts): void {
  for (const [name, amount] of floor) if (amount > (target.get(name) ?? 0)) target.set(name, amount);
}

const requestsOf = (container: Container): Amounts => amountsOf(container.resources?.requests);

/** What the pod reserves on a node: the larger of its running containers and its start-up, plus overhead. */
export function podRequests(
  pod: Readonly<Pod>,
  ofContainer: (c: Container) => Amounts = requestsOf,
): Amounts {
  const spec = pod.spec;
  const running: Amounts = new Map();
  for (const container of spec?.containers ?? []) addAmounts(running, ofContainer(container));
  const sidecars: Amounts = new Map();
  const starting: Amounts = new Map();
  for (const container of spec?.initContainers ?? []) {
    const own = ofContainer(container);
    if (container.restartPolicy === 'Always') {
      addAmounts(sidecars, own);
      addAmounts(running, own);
      raise(starting, sidecars);
    } else {
      const together = new Map(sidecars);
      addAmounts(together, own);
      raise(starting, together);
    }
  }
  raise(running, starting);
  for (const [name, amount] of amountsOf(spec?.resources?.requests)) running.set(name, amount);
  addAmounts(running, amountsOf(spec?.overhead));
  return running;
}

const DEFAULT_CPU = 100;
const DEFAULT_MEMORY = 200 * 1024 * 1024;

/** The same with a small stand-in for containers that ask for nothing, so that scores still spread them. */
export function podScoringRequests(pod: Readonly<Pod>): Amounts {
  return podRequests(pod, (container) => {
    const amounts = requestsOf(container);
    if (!amounts.has('cpu')) amounts.set('cpu', DEFAULT_CPU);
    if (!amounts.has('memory')) amounts.set('memory', DEFAULT_MEMORY);
    return amounts;
  });
}
