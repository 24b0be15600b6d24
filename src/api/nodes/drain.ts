// Which pods a drain evicts, which it leaves, and why it cannot go on. Pure; whether a pod's DaemonSet exists is told by the caller:
// kubectl or the dashboard. Upstream: kubectl's pkg/drain/filters.go.
import type { Pod } from '../kinds/core/v1/pod.ts';

export interface DrainFlags {
  readonly force: boolean;
  readonly ignoreDaemonSets: boolean;
  readonly deleteEmptyDirData: boolean;
  /** Seconds since a pod's deletion after which nobody waits for it; 0 waits for all. */
  readonly skipWaitAfter: number;
}

export interface Verdict {
  readonly evict: boolean;
  readonly warning?: string;
  readonly error?: string;
}

const FINE: Verdict = { evict: true };
const LEFT: Verdict = { evict: false };

/** Why a DaemonSet could not be fetched. */
export interface DaemonSetProblem {
  readonly message: string;
  readonly isMissing: boolean;
}

export const controllerOf = ({ metadata }: Pod) =>
  metadata.ownerReferences?.find(({ controller }) => controller === true);

/** The DaemonSet that a pod belongs to, whose existence matters for the verdict. */
export function daemonSetOf(pod: Pod): string | undefined {
  const owner = controllerOf(pod);
  const isDaemonSet = owner?.kind === 'DaemonSet' && owner.apiVersion === 'apps/v1';
  return isDaemonSet && !isFinished(pod) ? owner.name : undefined;
}

const isFinished = ({ status }: Pod): boolean => status?.phase === 'Succeeded' || status?.phase === 'Failed';

/** The first filter that leaves the pod decides; otherwise the last one, as upstream has it. */
export function verdictOf(
  pod: Pod,
  flags: DrainFlags,
  now: number,
  daemonSet: DaemonSetProblem | undefined,
): Verdict {
  if (isLongDeleted(pod, flags.skipWaitAfter, now)) return LEFT;
  if (daemonSetOf(pod) !== undefined) {
    // A pod whose DaemonSet is gone may be evicted by force.
    if (daemonSet && !(daemonSet.isMissing && flags.force)) return { evict: false, error: daemonSet.message };
    if (!daemonSet && flags.ignoreDaemonSets)
      return { evict: false, warning: 'ignoring DaemonSet-managed Pods' };
    if (!daemonSet)
      return { evict: false, error: 'DaemonSet-managed Pods (use --ignore-daemonsets to ignore)' };
  }
  if (pod.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return LEFT;
  const finished = isFinished(pod);
  const hasLocalData = !finished && (pod.spec?.volumes ?? []).some(({ emptyDir }) => emptyDir !== undefined);
  if (hasLocalData && !flags.deleteEmptyDirData)
    return { evict: false, error: 'Pods with local storage (use --delete-emptydir-data to override)' };
  if (finished || controllerOf(pod)) return FINE;
  if (!flags.force)
    return { evict: false, error: 'Pods that declare no controller (use --force to override)' };
  return { evict: true, warning: 'deleting Pods that declare no controller' };
}

export function isLongDeleted(pod: Pod, seconds: number, now: number): boolean {
  const { deletionTimestamp } = pod.metadata;
  if (seconds <= 0 || deletionTimestamp === undefined) return false;
  return Math.trunc((now - Date.parse(deletionTimestamp)) / 1000) > seconds;
}

export interface Judged {
  readonly pod: Pod;
  readonly verdict: Verdict;
}

const nameOf = ({ metadata }: Pod): string => `${metadata.namespace ?? ''}/${metadata.name ?? ''}`;

function grouped(
  judged: readonly Judged[],
  why: (verdict: Verdict) => string | undefined,
): [string, string][] {
  const groups = new Map<string, string[]>();
  for (const { pod, verdict } of judged) {
    const text = why(verdict);
    if (text !== undefined) groups.set(text, [...(groups.get(text) ?? []), nameOf(pod)]);
  }
  return [...groups].map(([text, names]) => [text, names.join(', ')]);
}

/** Empty without warnings. */
export const warningText = (judged: readonly Judged[]): string =>
  grouped(judged, ({ warning }) => warning)
    .map(([text, names]) => `${text}: ${names}`)
    .join('; ');

export const problemsOf = (judged: readonly Judged[]): Error[] =>
  grouped(judged, ({ error }) => error).map(([text, names]) => new Error(`cannot delete ${text}: ${names}`));
