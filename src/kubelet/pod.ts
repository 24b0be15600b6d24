// Accessors of a Pod that the whole kubelet uses: its containers and their kinds, names for messages, host namespaces.
// Pure.
import type { Container } from '../api/kinds/core/v1/container.ts';
import type { Pod } from '../api/kinds/core/v1/pod.ts';
import type { PodSpec } from '../api/kinds/core/v1/pod-spec.ts';
import { isSidecar } from '../api/pods/containers.ts';

export type { Container } from '../api/kinds/core/v1/container.ts';
export type { Pod } from '../api/kinds/core/v1/pod.ts';

/** `sidecar` is an init container with restartPolicy Always. */
export type ContainerKind = 'init' | 'sidecar' | 'main' | 'ephemeral';

export interface PodContainer {
  readonly kind: ContainerKind;
  readonly spec: Container;
  /** Of an ephemeral container: whose process namespace it joins. */
  readonly target?: string;
}

export const specOf = (pod: Pod): PodSpec => pod.spec ?? { containers: [] };
export const podUid = (pod: Pod): string => pod.metadata.uid ?? '';
export const podName = (pod: Pod): string => pod.metadata.name ?? '';
export const podNamespace = (pod: Pod): string => pod.metadata.namespace ?? '';

/** `name_namespace(uid)`: how messages name a pod. */
export const podLabel = (pod: Pod): string => `${podName(pod)}_${podNamespace(pod)}(${podUid(pod)})`;

export function initContainersOf(pod: Pod): PodContainer[] {
  return (specOf(pod).initContainers ?? []).map((spec) => ({
    kind: isSidecar(spec) ? 'sidecar' : 'init',
    spec,
  }));
}

export const mainContainersOf = (pod: Pod): PodContainer[] =>
  specOf(pod).containers.map((spec) => ({ kind: 'main', spec }));

export const ephemeralContainersOf = (pod: Pod): PodContainer[] =>
  (specOf(pod).ephemeralContainers ?? []).map((spec) => ({
    kind: 'ephemeral',
    spec,
    target: spec.targetContainerName,
  }));

/** All containers of a pod: init containers first, ephemeral ones last. */
export const containersOf = (pod: Pod): PodContainer[] => [
  ...initContainersOf(pod),
  ...mainContainersOf(pod),
  ...ephemeralContainersOf(pod),
];

export const findContainer = (pod: Pod, name: string): PodContainer | undefined =>
  containersOf(pod).find((container) => container.spec.name === name);

const FIELD: Record<ContainerKind, string> = {
  init: 'initContainers',
  sidecar: 'initContainers',
  main: 'containers',
  ephemeral: 'ephemeralContainers',
};

/** `spec.containers{name}`: what events about a container refer to. */
export const fieldPathOf = (container: PodContainer): string =>
  `spec.${FIELD[container.kind]}{${container.spec.name}}`;

export const isHostNetwork = (pod: Pod): boolean => specOf(pod).hostNetwork === true;

export const graceOf = (pod: Pod): number =>
  pod.metadata.deletionGracePeriodSeconds ?? specOf(pod).terminationGracePeriodSeconds ?? 30;

/** A kubelet has admitted the pod before, and told so in the status: a restart of the kubelet does not ask again. */
export const hasStarted = ({ status }: Pod): boolean =>
  status?.phase === 'Running' || status?.startTime !== undefined;

/** Why the node ends or refuses a pod, e.g. Evicted or DeadlineExceeded: becomes reason and message of its status. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
  /** The node never admitted the pod: its status shows no containers. */
  readonly refused?: true;
  /** A DisruptionTarget condition's reason, for evictions. */
  readonly disruption?: string;
}

/** Of a pod that the node does not take. */
export const rejection = ({ reason, message }: PodFailure): PodFailure => ({
  ...{ reason, refused: true },
  message: `Pod was rejected: ${message}`,
});
