// Which pods of a node a drain takes away, and what is to be said of the others. Pure. Upstream: kubectl's pkg/drain/filters.go.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerOf, keyOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';

export interface DrainRules {
  /** Also pods that no controller makes again, and those of a daemon set that is gone. */
  readonly force: boolean;
  readonly ignoreDaemonsets: boolean;
  /** Also pods whose emptyDir volumes are lost with them. */
  readonly deleteEmptydirData: boolean;
  /** Pods that have been ending for longer are not waited for; 0 for none. */
  readonly skipWaitForDeleteTimeoutMs: number;
}

/** `undefined` for a daemon set that is there; why not otherwise. */
export type DaemonSetProblem = (
  pod: Readonly<Pod>,
) => { readonly message: string; readonly isGone: boolean } | undefined;

export interface DrainPlan {
  readonly pods: readonly Readonly<Pod>[];
  /** As kubectl words them; empty for none. */
  readonly warnings: string;
  /** Why nothing may be taken away. */
  readonly errors: readonly string[];
}

const DAEMON_SET = 'DaemonSet';
const MIRROR = 'kubernetes.io/config.mirror';

interface Verdict {
  readonly stays: boolean;
  readonly warnings: readonly string[];
  readonly error?: string;
}

export function drainPlan(
  pods: readonly Readonly<Pod>[],
  rules: DrainRules,
  daemonSetProblem: DaemonSetProblem,
  now: number,
): DrainPlan {
  const judged = pods.map((pod) => ({ pod, verdict: verdictOn(pod, rules, daemonSetProblem, now) }));
  const warnings = grouped(judged.flatMap(({ pod, verdict }) => verdict.warnings.map((text) => [text, pod])));
  const errors = grouped(judged.flatMap(({ pod, verdict: { error } }) => (error ? [[error, pod]] : [])));
  return {
    pods: judged.filter(({ verdict }) => !verdict.stays).map(({ pod }) => pod),
    warnings: warnings.join('; '),
    errors: errors.map((text) => (/^cannot delete/i.test(text) ? text : `cannot delete ${text}`)),
  };
}

/** `message: namespace/name, namespace/name`, each message once. */
const grouped = (said: readonly (readonly [string, Readonly<Pod>])[]): string[] =>
  [...Map.groupBy(said, ([text]) => text)].map(
    ([text, about]) => `${text}: ${about.map(([, pod]) => keyOf(pod)).join(', ')}`,
  );

function verdictOn(
  pod: Readonly<Pod>,
  rules: DrainRules,
  daemonSetProblem: DaemonSetProblem,
  now: number,
): Verdict {
  if (isLate(pod, rules.skipWaitForDeleteTimeoutMs, now)) return { stays: true, warnings: [] };
  const warnings: string[] = [];
  const owner = controllerOf(pod);
  // What has ended may go in any case.
  const hasEnded = isPodTerminal(pod);
  if (owner?.kind === DAEMON_SET && !hasEnded) {
    const problem = daemonSetProblem(pod);
    if (!problem) return daemonSetVerdict(rules);
    if (!problem.isGone || !rules.force) return refused(problem.message);
    warnings.push(problem.message);
  }
  if (pod.metadata.annotations?.[MIRROR] !== undefined) return { stays: true, warnings: [] };
  if (hasEnded) return { stays: false, warnings };
  if (pod.spec?.volumes?.some(({ emptyDir }) => emptyDir)) {
    if (!rules.deleteEmptydirData)
      return refused('Pods with local storage (use --delete-emptydir-data to override)');
    warnings.push('deleting Pods with local storage');
  }
  if (!owner) {
    if (!rules.force)
      return refused('cannot delete Pods that declare no controller (use --force to override)');
    warnings.push('deleting Pods that declare no controller');
  }
  return { stays: false, warnings };
}

/** They would be made again at once: a daemon set does not mind that a node is unschedulable. */
const daemonSetVerdict = ({ ignoreDaemonsets }: DrainRules): Verdict =>
  ignoreDaemonsets
    ? { stays: true, warnings: ['ignoring DaemonSet-managed Pods'] }
    : refused('DaemonSet-managed Pods (use --ignore-daemonsets to ignore)');

const refused = (error: string): Verdict => ({ stays: true, warnings: [], error });

export function isLate({ metadata }: Readonly<Pod>, limitMs: number, now: number): boolean {
  const { deletionTimestamp } = metadata;
  return limitMs > 0 && deletionTimestamp !== undefined && now - Date.parse(deletionTimestamp) > limitMs;
}
