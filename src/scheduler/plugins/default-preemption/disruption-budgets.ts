// Which of the pods to be removed a PodDisruptionBudget would not allow. Preemption keeps to budgets where it can, but does not
// stop at them.
import type { PodDisruptionBudget } from '../../../api/kinds/policy/v1/pod-disruption-budget.ts';
import { nameOf, namespaceOf } from '../../../api/meta/v1/object.ts';
import { type LabelSelector, labelSelectorOf } from '../../../api/selectors/label-selector.ts';
import { own } from '../../../kit/own.ts';
import type { PodInfo } from '../../cache/pod-info.ts';

interface Budget {
  readonly selector: LabelSelector;
  readonly allowed: number;
  /** Pod name → when its eviction was granted. Such pods have been taken off the budget already. */
  readonly disrupted: Readonly<Record<string, unknown>>;
}

export class DisruptionBudgets {
  /** Compiled when they are first needed. */
  #byNamespace: Map<string, Budget[]> | undefined;
  readonly #read: () => readonly Readonly<PodDisruptionBudget>[];

  constructor(read: () => readonly Readonly<PodDisruptionBudget>[]) {
    this.#read = read;
  }

  get hasAny(): boolean {
    return this.#read().length > 0;
  }

  /** The pods for which no disruption is left when those before them are removed, and the others; each in its order. */
  split(pods: readonly PodInfo[]): { violating: PodInfo[]; allowed: PodInfo[] } {
    const left = new Map<Budget, number>();
    const violating: PodInfo[] = [];
    const allowed: PodInfo[] = [];
    for (const pod of pods) (this.#spend(left, pod) ? allowed : violating).push(pod);
    return { violating, allowed };
  }

  /** Takes the pod off every budget that selects it; false when one of them is exceeded. */
  #spend(left: Map<Budget, number>, { namespace, labels, pod }: PodInfo): boolean {
    let isAllowed = true;
    if (Object.keys(labels).length === 0) return isAllowed;
    this.#byNamespace ??= compiled(this.#read());
    for (const budget of this.#byNamespace.get(namespace) ?? []) {
      if (!budget.selector.matches(labels) || own(budget.disrupted, nameOf(pod)) !== undefined) continue;
      const rest = (left.get(budget) ?? budget.allowed) - 1;
      left.set(budget, rest);
      if (rest < 0) isAllowed = false;
    }
    return isAllowed;
  }
}

/** Namespace → its budgets. One without selector applies to no pod. */
function compiled(budgets: readonly Readonly<PodDisruptionBudget>[]): Map<string, Budget[]> {
  const byNamespace = new Map<string, Budget[]>();
  for (const budget of budgets) {
    const selector = labelSelectorOf(budget.spec?.selector);
    if (selector.empty) continue;
    const namespace = namespaceOf(budget);
    let others = byNamespace.get(namespace);
    if (!others) {
      others = [];
      byNamespace.set(namespace, others);
    }
    const { disruptionsAllowed: allowed = 0, disruptedPods: disrupted = {} } = budget.status ?? {};
    others.push({ selector, allowed, disrupted });
  }
  return byNamespace;
}
