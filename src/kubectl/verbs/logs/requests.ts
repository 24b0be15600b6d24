// Which logs are read: one container of each pod, or all of them. Pure; called by command.ts and by attach and debug, which show
// the log where they cannot attach.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import {
  allContainerNames,
  containersOf,
  DEFAULT_CONTAINER,
  defaultedText,
  findContainer,
  hasSeveralContainers,
  notAContainer,
} from '../../pods/containers.ts';

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
}

export interface LogChoice {
  /** Empty: the pod's default. */
  readonly container: string;
  readonly allContainers: boolean;
  /** Nothing is said about a container taken by default if the user wants all pods. */
  readonly allPods: boolean;
}

export function logRequests(
  pods: readonly Readonly<Pod>[],
  choice: LogChoice,
  warn: (text: string) => void,
): LogRequest[] {
  return pods.flatMap((pod) =>
    choice.allContainers
      ? inOrder(pod).map((name) => request(pod, name))
      : [request(pod, containerOf(pod, choice, warn))],
  );
}

const request = (pod: Readonly<Pod>, container: string): LogRequest => ({
  namespace: pod.metadata.namespace ?? '',
  pod: pod.metadata.name ?? '',
  container,
});

/** Init containers first, as they run. */
function inOrder(pod: Readonly<Pod>): string[] {
  const all = containersOf(pod);
  const of = (list: string) =>
    all.filter((found) => found.list === list).map(({ container }) => container.name);
  return [...of('spec.initContainers'), ...of('spec.containers'), ...of('spec.ephemeralContainers')];
}

function containerOf(pod: Readonly<Pod>, choice: LogChoice, warn: (text: string) => void): string {
  if (choice.container) {
    if (!findContainer(pod, choice.container)) throw notAContainer(pod, choice.container);
    return choice.container;
  }
  const named = pod.metadata.annotations?.[DEFAULT_CONTAINER];
  if (named && findContainer(pod, named)) return named;
  if (named) warn(`Default container name "${named}" not found in pod ${pod.metadata.name}\n`);
  const first = pod.spec?.containers?.[0]?.name;
  if (!first)
    throw new Error(`container  is not valid for pod ${pod.metadata.name} out of: ${allContainerNames(pod)}`);
  if (hasSeveralContainers(pod) && !choice.allPods) warn(defaultedText(pod, first));
  return first;
}

export const logPrefix = ({ pod, container }: LogRequest): string => `[pod/${pod}/${container}] `;
