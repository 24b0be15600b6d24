// Containers of a pod by name, and which one is meant when none is named, in the words of kubectl's podcmd package.
// Called by logs, exec, attach, cp and debug.
import type { Container, EphemeralContainer } from '../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';

export const DEFAULT_CONTAINER = 'kubectl.kubernetes.io/default-container';

export type AnyContainer = Container | EphemeralContainer;

export interface FoundContainer {
  readonly container: AnyContainer;
  /** Such as spec.initContainers. */
  readonly list: 'spec.containers' | 'spec.initContainers' | 'spec.ephemeralContainers';
}

export const containersOf = (pod: Readonly<Pod>): FoundContainer[] => [
  ...(pod.spec?.containers ?? []).map((container) => ({ container, list: 'spec.containers' as const })),
  ...(pod.spec?.initContainers ?? []).map((container) => ({
    container,
    list: 'spec.initContainers' as const,
  })),
  ...(pod.spec?.ephemeralContainers ?? []).map((container) => ({
    container,
    list: 'spec.ephemeralContainers' as const,
  })),
];

export const findContainer = (pod: Readonly<Pod>, name: string): FoundContainer | undefined =>
  containersOf(pod).find(({ container }) => container.name === name);

/** Containers, then ephemeral ones, then init containers, each marked. */
export function allContainerNames(pod: Readonly<Pod>): string {
  const { containers = [], ephemeralContainers = [], initContainers = [] } = pod.spec ?? {};
  return [
    ...containers.map(({ name }) => name),
    ...ephemeralContainers.map(({ name }) => `${name} (ephem)`),
    ...initContainers.map(({ name }) => `${name} (init)`),
  ].join(', ');
}

export const notAContainer = (pod: Readonly<Pod>, name: string): Error =>
  new Error(`container ${name} is not valid for pod ${pod.metadata.name} out of: ${allContainerNames(pod)}`);

/** True if a user who names no container should be told which one was taken. */
export const hasSeveralContainers = ({ spec }: Readonly<Pod>): boolean =>
  (spec?.containers?.length ?? 0) > 1 ||
  !!spec?.initContainers?.length ||
  !!spec?.ephemeralContainers?.length;

export const defaultedText = (pod: Readonly<Pod>, name: string): string =>
  `Defaulted container "${name}" out of: ${allContainerNames(pod)}\n`;

/** The named container; else the one of the pod's annotation; else the first, of which `warn` is told if there are several. */
export function findOrDefaultContainer(
  pod: Readonly<Pod>,
  name: string,
  warn: (text: string) => void,
): AnyContainer {
  const [first] = pod.spec?.containers ?? [];
  const { namespace, annotations } = pod.metadata;
  if (!first) throw new Error(`pod ${namespace}/${pod.metadata.name} does not have any containers`);
  const wanted = name || annotations?.[DEFAULT_CONTAINER];
  if (wanted) {
    const found = findContainer(pod, wanted);
    if (!found) throw notAContainer(pod, wanted);
    return found.container;
  }
  if (hasSeveralContainers(pod)) warn(defaultedText(pod, first.name));
  return first;
}
