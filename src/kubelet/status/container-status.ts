// One container's entry in pod status, from its instances in the runtime, what the API showed before, and why it
// could not be started. Pure; called by pod-status.ts.
import type { ContainerState, ContainerStatus } from '../../api/kinds/core/v1/pod-status.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Pod, PodContainer } from '../pod.ts';
import { shouldStart } from '../sync/restart.ts';
import { type ContainerView, instancesOf, type PodView, restartCountOf } from '../view/pod-view.ts';

/** Why a container waits instead of running, e.g. ImagePullBackOff. */
export interface Problem {
  readonly reason: string;
  readonly message: string;
}

export interface ContainerStatusInput {
  readonly pod: Pod;
  readonly view: PodView;
  readonly container: PodContainer;
  readonly old: ContainerStatus | undefined;
  readonly problem: Problem | undefined;
  /** ContainerCreating or PodInitializing. */
  readonly waitingReason: string;
  /** No container of this pod can run any more. */
  readonly ended: boolean;
  /** A resize is pending or not applied yet: the status goes on showing the old resources. */
  readonly resizing?: boolean;
}

export function containerStatus(input: ContainerStatusInput): ContainerStatus {
  const { container, pod, view, problem, ended } = input;
  const instances = instancesOf(view, container.spec.name);
  const status = instances.length > 0 ? fromRuntime(input, instances) : withoutInstance(input);
  const willStart = !ended && shouldStart(pod, container, instances[0]);
  if (problem && willStart) return waitingFor(status, problem);
  return status;
}

function fromRuntime(input: ContainerStatusInput, instances: readonly ContainerView[]): ContainerStatus {
  const { container, old } = input;
  const [latest, previous] = instances as [ContainerView, ContainerView | undefined];
  const lastState = previous?.state === 'exited' ? stateOf(previous, '') : (keptLastState(old, latest) ?? {});
  return {
    name: container.spec.name,
    state: stateOf(latest, input.waitingReason),
    lastState,
    ready: false,
    restartCount: restartCountOf(latest),
    image: latest.image.userSpecifiedImage || latest.image.image || (container.spec.image ?? ''),
    imageID: latest.imageRef,
    containerID: containerId(latest.id),
    ...(input.resizing && old ? keptResources(old) : resourceStatus(container.spec.resources)),
    ...volumeMounts(container),
  };
}

/** The API may show an exit whose container the runtime has already removed. */
function keptLastState(old: ContainerStatus | undefined, latest: ContainerView): ContainerState | undefined {
  if (!old) return undefined;
  if (old.containerID === containerId(latest.id)) return old.lastState;
  return old.state?.terminated ? { terminated: old.state.terminated } : old.lastState;
}

function withoutInstance({ container, old, waitingReason, ended }: ContainerStatusInput): ContainerStatus {
  if (old?.state?.terminated) return old;
  const fresh: ContainerStatus = {
    name: container.spec.name,
    state: { waiting: { reason: waitingReason } },
    lastState: old?.lastState ?? {},
    ready: false,
    restartCount: old?.restartCount ?? 0,
    image: container.spec.image ?? '',
    imageID: '',
    ...resourceStatus(container.spec.resources),
    ...volumeMounts(container),
  };
  if (!old?.state?.running) return fresh;
  return ended ? { ...fresh, state: lost('terminated') } : { ...fresh, lastState: lost('deleted') };
}

const lost = (when: string): ContainerState => ({
  terminated: {
    exitCode: 137,
    reason: 'ContainerStatusUnknown',
    message: `The container could not be located when the pod was ${when}${when === 'deleted' ? '.  The container used to be Running' : ''}`,
  },
});

function waitingFor(status: ContainerStatus, problem: Problem): ContainerStatus {
  const waiting: ContainerState = { waiting: { reason: problem.reason, message: problem.message } };
  if (!status.state?.terminated) return { ...status, state: waiting };
  return { ...status, state: waiting, lastState: status.state };
}

export const containerId = (id: string): string => `containerd://${id}`;

function stateOf(container: ContainerView, waitingReason: string): ContainerState {
  if (container.state === 'running') return { running: { startedAt: rfc3339(container.startedAt) } };
  if (container.state === 'exited') return { terminated: terminated(container) };
  return { waiting: { reason: waitingReason || 'ContainerCreating' } };
}

function terminated(container: ContainerView): ContainerState['terminated'] {
  const { exitCode, reason, message, startedAt, finishedAt } = container;
  return {
    exitCode,
    ...(reason && { reason }),
    ...(message && { message }),
    startedAt: rfc3339(startedAt),
    finishedAt: rfc3339(finishedAt),
    containerID: containerId(container.id),
  };
}

const keptResources = ({ resources, allocatedResources }: ContainerStatus) => ({
  ...(resources && { resources }),
  ...(allocatedResources && { allocatedResources }),
});

function resourceStatus(
  resources: PodContainer['spec']['resources'],
): Pick<ContainerStatus, 'resources' | 'allocatedResources'> {
  if (!resources?.limits && !resources?.requests) return { resources: {} };
  return {
    resources: {
      ...(resources.limits && { limits: resources.limits }),
      ...(resources.requests && { requests: resources.requests }),
    },
    ...(resources.requests && { allocatedResources: resources.requests }),
  };
}

function volumeMounts({ spec }: PodContainer): Pick<ContainerStatus, 'volumeMounts'> {
  if (!spec.volumeMounts?.length) return {};
  return {
    volumeMounts: spec.volumeMounts.map(({ name, mountPath, readOnly, recursiveReadOnly }) => ({
      name,
      mountPath,
      ...(readOnly && {
        readOnly: true,
        recursiveReadOnly: recursiveReadOnly === 'Enabled' ? 'Enabled' : 'Disabled',
      }),
    })),
  };
}
