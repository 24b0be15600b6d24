// Which pods must leave one node so that a pod fits there: all of lower priority are taken away, and as many as possible come
// back, first those that a disruption budget protects, the more important first.
import type { NodeInfo } from '../../cache/node-info.ts';
import type { PodInfo } from '../../cache/pod-info.ts';
import type { CycleState } from '../../framework/cycle-state.ts';
import type { NodeRemoval, Trials } from '../../framework/plugin.ts';
import { errorStatus, messageOf, type Status, unresolvable } from '../../framework/status.ts';
import type { DisruptionBudgets } from './disruption-budgets.ts';
import { byImportance } from './importance.ts';

/** A node on which the pod fits without the victims. */
export type Candidate = NodeRemoval;

const noVictims = unresolvable('No preemption victims found for incoming pod');

export const mayPreempt = (pod: PodInfo, victim: PodInfo): boolean => victim.priority < pod.priority;

export function selectVictims(
  trials: Trials,
  state: CycleState,
  pod: PodInfo,
  node: NodeInfo,
  budgets: DisruptionBudgets,
  now: number,
): Candidate | Status {
  const potential = [...node.pods.values()].filter((other) => mayPreempt(pod, other));
  if (potential.length === 0) return noVictims;
  const trial = new Trial(trials, state, pod, node);
  try {
    return search(trial, potential.sort(byImportance(now)), budgets);
  } catch (error) {
    return errorStatus(error);
  } finally {
    trial.undo();
  }
}

function search(trial: Trial, potential: readonly PodInfo[], budgets: DisruptionBudgets): Candidate | Status {
  for (const other of potential) trial.remove(other);
  const status = trial.filter();
  if (status.code !== 'Success') return status;
  const { violating, allowed } = budgets.split(potential);
  const isVictim = (other: PodInfo): boolean => !trial.reprieve(other);
  const violations = violating.filter(isVictim);
  const victims = new Set([...violations, ...allowed.filter(isVictim)]);
  if (victims.size === 0)
    return errorStatus(`expected at least one victim pod on node ${JSON.stringify(trial.name)}`);
  return {
    node: trial.name,
    victims: potential.filter((other) => victims.has(other)),
    violations: violations.length,
  };
}

/** A copy of one node. The cycle's state follows the copy, and is as it was after undo(). */
class Trial {
  readonly #trials: Trials;
  readonly #state: CycleState;
  readonly #pod: PodInfo;
  readonly #copy: NodeInfo;
  readonly #removed = new Set<PodInfo>();

  constructor(trials: Trials, state: CycleState, pod: PodInfo, node: NodeInfo) {
    this.#trials = trials;
    this.#state = state;
    this.#pod = pod;
    this.#copy = node.clone();
  }

  get name(): string {
    return this.#copy.name;
  }

  filter(): Status {
    return this.#trials.runFilterPluginsWithNominatedPods(this.#state, this.#pod, this.#copy);
  }

  remove(other: PodInfo): void {
    this.#copy.remove(other.uid);
    this.#removed.add(other);
    must(this.#trials.runPreFilterExtensionRemovePod(this.#state, this.#pod, other, this.#copy));
  }

  /** Puts a removed pod back if the incoming one still fits then. */
  reprieve(other: PodInfo): boolean {
    this.#add(other);
    const status = this.filter();
    if (status.code === 'Success') return true;
    this.remove(other);
    return false;
  }

  undo(): void {
    for (const other of this.#removed) this.#add(other);
  }

  #add(other: PodInfo): void {
    this.#copy.add(other);
    this.#removed.delete(other);
    must(this.#trials.runPreFilterExtensionAddPod(this.#state, this.#pod, other, this.#copy));
  }
}

function must(status: Status): void {
  if (status.code !== 'Success') throw status.cause ?? new Error(messageOf(status));
}
