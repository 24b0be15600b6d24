// What a simulated node has of one pod: a PodView, each change of which gives another one. Pure; kept by containers.ts.
import type { ContainerStatus } from '../../api/kinds/core/v1/pod-status.ts';
import type { PodSandboxStatus } from '../../cri/runtime.ts';
import {
  containersOf,
  isHostNetwork,
  type Pod,
  type PodContainer,
  podName,
  podNamespace,
  podUid,
} from '../pod.ts';
import { containerAnnotations } from '../view/labels.ts';
import { type ContainerView, currentSandbox, type PodView } from '../view/pod-view.ts';

const NONE: Record<string, string> = {};

export interface Ending {
  readonly at: number;
  readonly exitCode: number;
  readonly reason: string;
}

export function newSandbox(
  pod: Pod,
  made: Pick<PodSandboxStatus, 'id' | 'createdAt' | 'ips'> & { readonly attempt: number },
): PodSandboxStatus {
  const { attempt, ...rest } = made;
  return {
    ...rest,
    metadata: { name: podName(pod), namespace: podNamespace(pod), uid: podUid(pod), attempt },
    state: 'ready',
    labels: NONE,
    annotations: NONE,
    runtimeHandler: '',
  };
}

/** A container that runs since `at`. */
export function newContainer(
  pod: Pod,
  container: PodContainer,
  made: { readonly id: string; readonly podSandboxId: string; readonly attempt: number; readonly at: number },
): ContainerView {
  const { name, image = '' } = container.spec;
  return {
    id: made.id,
    podSandboxId: made.podSandboxId,
    metadata: { name, attempt: made.attempt },
    state: 'running',
    createdAt: made.at,
    startedAt: made.at,
    finishedAt: 0,
    exitCode: 0,
    reason: '',
    message: '',
    image: { image, userSpecifiedImage: image },
    imageRef: image,
    labels: NONE,
    annotations: containerAnnotations(pod, container, made.attempt),
    mounts: [],
    logPath: '',
  };
}

export const withSandbox = (view: PodView, sandbox: PodSandboxStatus): PodView => ({
  ...view,
  sandboxes: [sandbox, ...view.sandboxes],
});

export const withContainer = (view: PodView, container: ContainerView): PodView => ({
  ...view,
  containers: [container, ...view.containers],
});

/** `which` of the running containers have ended. */
export const withEnded = (
  view: PodView,
  which: (container: ContainerView) => boolean,
  { at, exitCode, reason }: Ending,
): PodView => ({
  ...view,
  containers: view.containers.map((container) =>
    container.state === 'running' && which(container)
      ? { ...container, state: 'exited', finishedAt: at, exitCode, reason }
      : container,
  ),
});

export const withoutNetwork = (view: PodView): PodView => ({
  ...view,
  sandboxes: view.sandboxes.map((sandbox) => ({ ...sandbox, state: 'notReady' })),
});

/** Without what neither the status nor a restart needs: ended containers but the newest of each name, old sandboxes. */
export function pruned(view: PodView): PodView {
  const seen = new Set<string>();
  const containers = view.containers.filter(({ state, metadata: { name } }) => {
    if (state !== 'exited') return true;
    const isNewest = !seen.has(name);
    seen.add(name);
    return isNewest;
  });
  const sandbox = currentSandbox(view);
  return { ...view, containers, sandboxes: sandbox ? [sandbox] : [] };
}

/**
 * What an earlier process had of the pod, as the pod's status tells it: nothing of the simulation is kept anywhere else.
 * Undefined when nothing of the pod has run.
 */
export function recordOf(pod: Pod, newId: () => string): PodView | undefined {
  const { status } = pod;
  const statuses = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const podSandboxId = newId();
  const containers = containersOf(pod).flatMap((container) => {
    const own = statuses.find(({ name }) => name === container.spec.name);
    return (own && instanceOf(pod, container, own, podSandboxId)) ?? [];
  });
  const [first] = containers;
  if (!first) return undefined;
  const ips = isHostNetwork(pod) ? [] : (status?.podIPs ?? []).map(({ ip }) => ip);
  const sandbox = newSandbox(pod, { id: podSandboxId, createdAt: first.createdAt, ips, attempt: 0 });
  return { uid: podUid(pod), sandboxes: [sandbox], containers };
}

function instanceOf(
  pod: Pod,
  container: PodContainer,
  { state, lastState, containerID, restartCount }: ContainerStatus,
  podSandboxId: string,
): ContainerView | undefined {
  const ended = state?.terminated ?? (state?.running ? undefined : lastState?.terminated);
  const startedAt = state?.running?.startedAt ?? ended?.startedAt;
  const id = (ended?.containerID ?? containerID)?.split('://', 2)[1];
  if (!id || !startedAt) return undefined;
  const made = { id, podSandboxId, attempt: restartCount, at: Date.parse(startedAt) };
  const running = newContainer(pod, container, made);
  if (!ended) return running;
  return {
    ...running,
    state: 'exited',
    finishedAt: Date.parse(ended.finishedAt ?? startedAt),
    exitCode: ended.exitCode,
    reason: ended.reason ?? '',
  };
}
