// Which pods of a node `tiphys node drain` takes away, and what is to be said of the others, by the rules that kubectl has. Pure.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import {
  type DaemonSetProblem,
  daemonSetOf,
  isLongDeleted,
  problemsOf,
  verdictOf,
  warningText,
} from '../../api/nodes/drain.ts';

export interface DrainRules {
  /** Also pods that no controller makes again, and those of a daemon set that is gone. */
  readonly force: boolean;
  readonly ignoreDaemonsets: boolean;
  /** Also pods whose emptyDir volumes are lost with them. */
  readonly deleteEmptydirData: boolean;
  /** Pods that have been ending for longer are not waited for; 0 for none. */
  readonly skipWaitForDeleteTimeoutMs: number;
}

export interface DrainPlan {
  readonly pods: readonly Readonly<Pod>[];
  /** As kubectl words them; empty for none. */
  readonly warnings: string;
  /** Why nothing may be taken away. */
  readonly errors: readonly string[];
}

/** `daemonSetProblem`: why the daemon set of a pod cannot be had; undefined for one that is there. */
export function drainPlan(
  pods: readonly Readonly<Pod>[],
  rules: DrainRules,
  daemonSetProblem: (pod: Readonly<Pod>) => DaemonSetProblem | undefined,
  now: number,
): DrainPlan {
  const flags = {
    force: rules.force,
    ignoreDaemonSets: rules.ignoreDaemonsets,
    deleteEmptyDirData: rules.deleteEmptydirData,
    skipWaitAfter: rules.skipWaitForDeleteTimeoutMs / 1000,
  };
  const judged = pods.map((pod) => {
    const problem = daemonSetOf(pod) === undefined ? undefined : daemonSetProblem(pod);
    return { pod, verdict: verdictOf(pod, flags, now, problem) };
  });
  return {
    pods: judged.filter(({ verdict }) => verdict.evict).map(({ pod }) => pod),
    warnings: warningText(judged),
    errors: problemsOf(judged).map(({ message }) => message),
  };
}

export const isLate = (pod: Readonly<Pod>, limitMs: number, now: number): boolean =>
  isLongDeleted(pod, limitMs / 1000, now);
