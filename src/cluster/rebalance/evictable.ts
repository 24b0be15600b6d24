// Which pods may be evicted only to have them somewhere else. Pure. Kinds of pods as in the descheduler's filter of evictors.
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { controllerOf, isBeingDeleted, namespaceOf } from '../../api/meta/v1/object.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { DEFAULT_SCHEDULER_NAME, schedulerNameOf } from '../../scheduler/config/settings.ts';

export interface Permissions {
  /** Pods of kube-system, and those with a priority of the system. */
  readonly system: boolean;
  /** Pods that no controller makes again. */
  readonly unmanaged: boolean;
  /** Pods whose emptyDir or hostPath volumes are lost to them. */
  readonly localStorage: boolean;
  /** Pods of Jobs, whose work begins again. */
  readonly jobs: boolean;
}

/** As upstream's SystemCriticalPriority. */
const SYSTEM_PRIORITY = 2_000_000_000;
const MIRROR = 'kubernetes.io/config.mirror';

/** Why the pod stays where it is, whatever there is elsewhere; undefined for one that may go. */
export function whyItStays(pod: Readonly<Pod>, may: Permissions): string | undefined {
  const owner = controllerOf(pod);
  if (isBeingDeleted(pod)) return 'it is ending';
  if (pod.metadata.annotations?.[MIRROR] !== undefined || owner?.kind === 'Node') return 'it is a static pod';
  if (owner?.kind === 'DaemonSet') return 'it is of a DaemonSet';
  const isSystem = namespaceOf(pod) === 'kube-system' || (pod.spec?.priority ?? 0) >= SYSTEM_PRIORITY;
  if (isSystem && !may.system) return 'it is of the system (--evict-system)';
  if (!owner && !may.unmanaged) return 'no controller makes it again (--evict-unmanaged)';
  if (owner?.kind === 'Job' && !may.jobs) return 'it is of a Job (--evict-jobs)';
  if (isPodTerminal(pod)) return undefined;
  if (schedulerNameOf(pod) !== DEFAULT_SCHEDULER_NAME) return 'another scheduler places it';
  if ((pod.spec?.resourceClaims ?? []).length > 0) return 'it has devices';
  const isLocal = pod.spec?.volumes?.some(({ emptyDir, hostPath }) => emptyDir ?? hostPath);
  return isLocal && !may.localStorage ? 'it has local storage (--evict-local-storage)' : undefined;
}
