// How far a workload is in running its newest template, and what keeps its pods from it. Pure; called by rollout.ts.
import type { DaemonSet } from '../../../api/kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../../../api/kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../../../api/kinds/apps/v1/stateful-set.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { isConditionTrue } from '../../../api/meta/v1/conditions.ts';
import { isObject } from '../../../api/patch/json.ts';
import { daemonSetStatus, deploymentStatus, statefulSetStatus } from '../../../api/rollout/status-text.ts';
import { podProblems } from '../../../api/why/pod-problems.ts';
import type { KubeObject } from '../../../kubectl/resources/object.ts';
import { imagesOf, podSpecOf } from '../project/images.ts';

export interface ContainerProblem {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly reason: string;
  readonly message: string;
  /** It has run and ended: its log says why. */
  readonly ran: boolean;
}

export interface RolloutProgress {
  readonly done: boolean;
  readonly ready: number;
  readonly wanted: number;
  /** What waiting will not mend. */
  readonly problems: readonly ContainerProblem[];
}

/** States that a change of the project ends, and seldom anything else. */
const FINAL = new Set([
  ...['CrashLoopBackOff', 'ErrImagePull', 'ImagePullBackOff', 'ErrImageNeverPull', 'InvalidImageName'],
  ...['CreateContainerConfigError', 'CreateContainerError', 'RunContainerError', 'StartError'],
]);

export function rolloutProgress(workload: KubeObject, pods: readonly Pod[]): RolloutProgress {
  const current = pods.filter((pod) => isCurrent(workload, pod));
  const ready = current.filter((pod) => isConditionTrue(pod, 'Ready')).length;
  const problems = current.flatMap(problemsOf);
  return { ...state(workload, current, ready), ready, problems };
}

/** Made from the template as it is now: by its images, which have a name of their own for each content. */
function isCurrent(workload: KubeObject, pod: Pod): boolean {
  if (pod.metadata.deletionTimestamp) return false;
  const images = new Set(imagesOf({ ...pod, kind: 'Pod' } as KubeObject));
  return imagesOf(workload).every((image) => images.has(image));
}

function state(
  workload: KubeObject,
  current: readonly Pod[],
  ready: number,
): { readonly done: boolean; readonly wanted: number } {
  const spec = isObject(workload.spec) ? workload.spec : {};
  const wanted = typeof spec.replicas === 'number' ? spec.replicas : 1;
  switch (workload.kind) {
    case 'Deployment':
      return { done: deploymentStatus(workload as KubeObject & Deployment, 0).done, wanted };
    case 'StatefulSet':
      if (!rolls(spec)) return { done: true, wanted };
      return { done: statefulSetStatus(workload as KubeObject & StatefulSet).done, wanted };
    case 'DaemonSet': {
      const status = isObject(workload.status) ? workload.status : {};
      const nodes = Number(status.desiredNumberScheduled ?? 0);
      if (!rolls(spec)) return { done: true, wanted: nodes };
      return { done: daemonSetStatus(workload as KubeObject & DaemonSet).done, wanted: nodes };
    }
    case 'Job':
      return { done: current.some(hasEndedOrRuns), wanted: 1 };
    default:
      return { done: ready >= wanted, wanted };
  }
}

/** With OnDelete pods are new only when somebody deletes the old ones. */
const rolls = ({ updateStrategy }: Readonly<Record<string, unknown>>): boolean =>
  isObject(updateStrategy) && updateStrategy.type === 'RollingUpdate';

const hasEndedOrRuns = ({ status }: Pod): boolean =>
  status?.phase === 'Running' || status?.phase === 'Succeeded';

function problemsOf(pod: Pod): ContainerProblem[] {
  const { namespace = '', name = '' } = pod.metadata;
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const statuses = new Map([...initContainerStatuses, ...containerStatuses].map((each) => [each.name, each]));
  return podProblems(pod)
    .filter(({ reason }) => FINAL.has(reason))
    .map(({ where, reason, message }) => {
      const container = where.slice(where.lastIndexOf(' ') + 1);
      const ran = statuses.get(container)?.lastState?.terminated !== undefined;
      return { namespace, pod: name, container, reason, message, ran };
    });
}

/** Whether an object has pods of its own to wait for: those of a CronJob come later, and belong to its Jobs. */
export const isWorkload = (object: KubeObject): boolean =>
  podSpecOf(object) !== undefined && object.kind !== 'CronJob';

/** `deployment/web`. */
export const titleOf = ({ kind = '', metadata }: KubeObject): string =>
  `${kind.toLowerCase()}/${metadata?.name ?? ''}`;
