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

/** The budgets of one namespace. */
interface Group {
  readonly read: readonly Readonly<PodDisruptionBudget>[];
  readonly budgets: readonly Budget[];
  /** Another one after every change of what the budgets allow. */
  readonly version: number;
  /** What they allow, to see that it is the same. */
  readonly text: string;
}

/** They hold still until refresh() is called. */
export class DisruptionBudgets {
  readonly #read: () => readonly Readonly<PodDisruptionBudget>[];
  #known: readonly Readonly<PodDisruptionBudget>[] = [];
  readonly #byNamespace = new Map<string, Group>();
  #changes = 0;

  constructor(read: () => readonly Readonly<PodDisruptionBudget>[]) {
    this.#read = read;
  }

  /** As they are now. Only what has changed is compiled. */
  refresh(): this {
    const now = this.#read();
    const before = this.#known;
    if (areSame(now, before)) return this;
    this.#known = [...now];
    const all = Map.groupBy(now, namespaceOf);
    for (const namespace of new Set([...this.#byNamespace.keys(), ...all.keys()]))
      this.#set(namespace, all.get(namespace) ?? []);
    return this;
  }

  /** Changes with the budgets that concern these pods, if there are any. */
  versionFor(pods: Iterable<PodInfo>): number {
    let version = 0;
    if (this.#byNamespace.size === 0) return version;
    for (const { namespace } of pods)
      version = Math.max(version, this.#byNamespace.get(namespace)?.version ?? 0);
    return version;
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
    for (const budget of this.#byNamespace.get(namespace)?.budgets ?? []) {
      if (!budget.selector.matches(labels) || own(budget.disrupted, nameOf(pod)) !== undefined) continue;
      const rest = (left.get(budget) ?? budget.allowed) - 1;
      left.set(budget, rest);
      if (rest < 0) isAllowed = false;
    }
    return isAllowed;
  }

  /** A namespace without budgets keeps a version once it had some: the last one may have been deleted. */
  #set(namespace: string, read: readonly Readonly<PodDisruptionBudget>[]): void {
    const before = this.#byNamespace.get(namespace);
    if (before && areSame(before.read, read)) return;
    const text = JSON.stringify(read.map(({ spec, status }) => [spec?.selector, allowedBy(status)]));
    const said =
      before?.text === text ? before : { budgets: read.flatMap(compiled), version: ++this.#changes };
    this.#byNamespace.set(namespace, { ...said, read, text });
  }
}

const areSame = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((one, i) => one === b[i]);

const allowedBy = ({ disruptionsAllowed = 0, disruptedPods = {} }: PodDisruptionBudget['status'] = {}) => ({
  allowed: disruptionsAllowed,
  disrupted: disruptedPods,
});

/** One without selector applies to no pod. */
function compiled({ spec, status }: Readonly<PodDisruptionBudget>): Budget[] {
  const selector = labelSelectorOf(spec?.selector);
  return selector.empty ? [] : [{ selector, ...allowedBy(status) }];
}
