// Chooses the container instance whose log `kubectl logs` means: the running one, the last exited one, or with --previous
// the one before; says as upstream's kubelet does why there is none. Pure: from the pod's status only.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';

/** There is no log to show; the message goes to the user as it is. */
export class NoLogError extends Error {}

interface Choice {
  running?: object;
  terminated?: { containerID?: string };
  waiting?: { reason?: string };
}

/** The container id with its scheme, e.g. containerd://0123. */
export function logContainerId(pod: Readonly<Pod>, container: string, previous: boolean): string {
  const subject = `container "${container}" in pod "${pod.metadata?.name ?? ''}"`;
  const found = allStatuses(pod).find((status) => status.name === container);
  if (!found) throw new NoLogError(`${subject} is not available`);
  const state: Choice = found.state ?? {};
  const lastId = found.lastState?.terminated?.containerID;
  if (previous) {
    if (!lastId) throw new NoLogError(`previous terminated ${subject} not found`);
    return lastId;
  }
  if (state.running && found.containerID) return found.containerID;
  if (state.terminated || lastId) {
    const id = state.terminated?.containerID || lastId;
    if (!id) throw new NoLogError(`${subject} is terminated`);
    return id;
  }
  throw new NoLogError(`${subject} is waiting to start${waitingText(state.waiting?.reason)}`);
}

function waitingText(reason: string | undefined): string {
  if (!reason) return ' - no logs yet';
  if (reason === 'ErrImagePull') return ": image can't be pulled";
  if (reason === 'ImagePullBackOff') return ': trying and failing to pull image';
  return `: ${reason}`;
}

const allStatuses = ({ status }: Readonly<Pod>) => [
  ...(status?.containerStatuses ?? []),
  ...(status?.initContainerStatuses ?? []),
  ...(status?.ephemeralContainerStatuses ?? []),
];

/** The container's spec, whichever list it is in. */
export function containerSpec(pod: Readonly<Pod>, name: string) {
  const { spec } = pod;
  return [
    ...(spec?.containers ?? []),
    ...(spec?.initContainers ?? []),
    ...(spec?.ephemeralContainers ?? []),
  ].find((container) => container.name === name);
}
