// Which containers run for the whole life of a pod. Used wherever containers are counted or their ports are read.
import type { Container } from '../kinds/core/v1/container.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';

/** A sidecar is an init container with restartPolicy Always: later containers do not wait for its end. */
export const isSidecar = (container: Pick<Container, 'restartPolicy'> | undefined): boolean =>
  container?.restartPolicy === 'Always';

export const sidecarsOf = (spec: Readonly<PodSpec> | undefined): Container[] =>
  (spec?.initContainers ?? []).filter(isSidecar);

/** Main containers and sidecars: they run at the same time, and their ports are the pod's. */
export const lastingContainers = (spec: Readonly<PodSpec> | undefined): Container[] => [
  ...(spec?.containers ?? []),
  ...sidecarsOf(spec),
];
