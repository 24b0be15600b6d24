// How many pods may go in one pass: in all, of a node, of a namespace, and as many as disruption budgets allow. Counts what has been
// chosen. Pure, apart from the counting.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type { PodDisruptionBudget } from '../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { labelsOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { type LabelSelector, labelSelectorOf } from '../../api/selectors/label-selector.ts';

export interface Limits {
  readonly total: number;
  readonly perNode: number;
  readonly perNamespace: number;
}

interface Budget {
  readonly name: string;
  readonly namespace: string;
  readonly selector: LabelSelector;
  allowed: number;
}

export class LimitCounts {
  readonly #limits: Limits;
  readonly #budgets: readonly Budget[];
  #total = 0;
  readonly #nodes = new Map<string, number>();
  readonly #namespaces = new Map<string, number>();

  constructor(limits: Limits, budgets: readonly Readonly<PodDisruptionBudget>[]) {
    this.#limits = limits;
    this.#budgets = budgets.map((budget) => ({
      name: nameOf(budget),
      namespace: namespaceOf(budget),
      selector: labelSelectorOf(budget.spec?.selector),
      allowed: budget.status?.disruptionsAllowed ?? 0,
    }));
  }

  /** No pod may go any more, whatever it is. */
  get isFull(): boolean {
    return this.#total >= this.#limits.total;
  }

  /** Why the pod may not go now. */
  problem(pod: Readonly<Pod>, node: string): string | undefined {
    const { total, perNode, perNamespace } = this.#limits;
    if (this.#total >= total) return `${total} pods go already (--max)`;
    if ((this.#nodes.get(node) ?? 0) >= perNode)
      return `${perNode} pods of its node go already (--max-per-node)`;
    if ((this.#namespaces.get(namespaceOf(pod)) ?? 0) >= perNamespace)
      return `${perNamespace} pods of its namespace go already (--max-per-namespace)`;
    const none = this.#budgetsOf(pod).find(({ allowed }) => allowed <= 0);
    return none && `disruption budget ${none.name} allows no more`;
  }

  count(pod: Readonly<Pod>, node: string): void {
    this.#total++;
    this.#nodes.set(node, (this.#nodes.get(node) ?? 0) + 1);
    const namespace = namespaceOf(pod);
    this.#namespaces.set(namespace, (this.#namespaces.get(namespace) ?? 0) + 1);
    for (const budget of this.#budgetsOf(pod)) budget.allowed--;
  }

  /** What has ended disturbs nobody. */
  #budgetsOf(pod: Readonly<Pod>): readonly Budget[] {
    if (isPodTerminal(pod)) return [];
    return this.#budgets.filter(
      ({ namespace, selector }) => namespace === namespaceOf(pod) && selector.matches(labelsOf(pod)),
    );
  }
}
