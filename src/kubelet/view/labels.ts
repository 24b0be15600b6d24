// The labels and annotations by which a kubelet finds its pods again in the runtime, also after a restart.
// Names and meanings are upstream's (pkg/kubelet/kuberuntime/labels.go, pkg/kubelet/types).
import { createHash } from 'node:crypto';
import {
  type Container,
  type Pod,
  type PodContainer,
  podName,
  podNamespace,
  podUid,
  specOf,
} from '../pod.ts';

export const POD_NAME = 'io.kubernetes.pod.name';
export const POD_NAMESPACE = 'io.kubernetes.pod.namespace';
export const POD_UID = 'io.kubernetes.pod.uid';
export const CONTAINER_NAME = 'io.kubernetes.container.name';

const HASH = 'io.kubernetes.container.hash';
const RESTART_COUNT = 'io.kubernetes.container.restartCount';
const TERMINATION_PATH = 'io.kubernetes.container.terminationMessagePath';
const TERMINATION_POLICY = 'io.kubernetes.container.terminationMessagePolicy';
const PRE_STOP = 'io.kubernetes.container.preStopHandler';
const PORTS = 'io.kubernetes.container.ports';
const DELETION_GRACE = 'io.kubernetes.pod.deletionGracePeriod';
const TERMINATION_GRACE = 'io.kubernetes.pod.terminationGracePeriod';

const podLabels = (pod: Pod): Record<string, string> => ({
  [POD_NAME]: podName(pod),
  [POD_NAMESPACE]: podNamespace(pod),
  [POD_UID]: podUid(pod),
});

/** The sandbox carries the pod's own labels as well. */
export const sandboxLabels = (pod: Pod): Record<string, string> => ({
  ...pod.metadata.labels,
  ...podLabels(pod),
});

export const containerLabels = (pod: Pod, container: Container): Record<string, string> => ({
  ...podLabels(pod),
  [CONTAINER_NAME]: container.name,
});

export function containerAnnotations(
  pod: Pod,
  container: PodContainer,
  restartCount: number,
): Record<string, string> {
  const { spec } = container;
  const { deletionGracePeriodSeconds } = pod.metadata;
  const { terminationGracePeriodSeconds } = specOf(pod);
  return {
    [HASH]: containerHash(spec),
    [RESTART_COUNT]: String(restartCount),
    [TERMINATION_PATH]: spec.terminationMessagePath ?? '/dev/termination-log',
    [TERMINATION_POLICY]: spec.terminationMessagePolicy ?? 'File',
    ...(deletionGracePeriodSeconds !== undefined && { [DELETION_GRACE]: String(deletionGracePeriodSeconds) }),
    ...(terminationGracePeriodSeconds !== undefined && {
      [TERMINATION_GRACE]: String(terminationGracePeriodSeconds),
    }),
    ...(spec.lifecycle?.preStop && { [PRE_STOP]: JSON.stringify(spec.lifecycle.preStop) }),
    ...(spec.ports?.length && { [PORTS]: JSON.stringify(spec.ports) }),
  };
}

/** Changes when the running container must be replaced: only with its name or image. */
export function containerHash(container: Container): string {
  const text = JSON.stringify({ name: container.name, image: container.image ?? '' });
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}

/** What a container's annotations say of it, also of one that an earlier kubelet made. */
export interface ContainerMarks {
  readonly hash: string;
  readonly restartCount: number;
  readonly terminationMessagePath: string;
  readonly terminationMessagePolicy: string;
}

export function readMarks(annotations: Readonly<Record<string, string>>): ContainerMarks {
  return {
    hash: annotations[HASH] ?? '',
    restartCount: Number(annotations[RESTART_COUNT] ?? 0) || 0,
    terminationMessagePath: annotations[TERMINATION_PATH] ?? '',
    terminationMessagePolicy: annotations[TERMINATION_POLICY] ?? '',
  };
}
