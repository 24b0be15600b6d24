// What a check of the Pod Security Standards is, and the words that all of them share. Pure. Called by the checks beside.
// Upstream: staging/src/k8s.io/pod-security-admission/policy/{checks,helpers,visitor}.go.
import type { Container } from '../../../../api/kinds/core/v1/container.ts';
import type { PodSpec } from '../../../../api/kinds/core/v1/pod-spec.ts';

/** What is checked: a pod, or the template of one. */
export interface CheckedPod {
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: PodSpec;
}

export interface Violation {
  readonly reason: string;
  readonly detail: string;
}

/** Undefined if the pod is allowed. `containers`: init, regular and ephemeral ones, in this order. */
export type Check = (pod: CheckedPod, containers: readonly Container[]) => Violation | undefined;

export const containersOf = ({ initContainers, containers, ephemeralContainers }: PodSpec): Container[] => [
  ...(initContainers ?? []),
  ...(containers ?? []),
  ...(ephemeralContainers ?? []),
];

export const quoted = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

export const plural = (word: string, count: number): string => (count === 1 ? word : `${word}s`);

/** `container "a"` or `containers "a", "b"`. */
export const counted = (word: string, names: readonly string[]): string =>
  `${plural(word, names.length)} ${quoted(names)}`;

export const sortedSet = (values: readonly string[]): string[] => [...new Set(values)].sort();

export const failing = (
  containers: readonly Container[],
  fails: (container: Container) => boolean,
): string[] => containers.filter(fails).map(({ name }) => name);

/** `pod and container "a"`: those who set a forbidden value. Undefined if nobody does. */
export function setters(pod: boolean, containers: readonly string[]): string | undefined {
  const all = [...(pod ? ['pod'] : []), ...(containers.length > 0 ? [counted('container', containers)] : [])];
  return all.length > 0 ? all.join(' and ') : undefined;
}

/** With user namespaces, root in the pod is nobody on the node: some rules are relaxed. */
export const hasUserNamespace = ({ spec }: CheckedPod): boolean => spec.hostUsers === false;

export const isWindows = ({ spec }: CheckedPod): boolean => spec.os?.name === 'windows';
