// In-place resize: which running containers do not have the cpu and memory that the spec asks for, and whether the
// node has room for what is asked. Pure.
import { milliValue, wholeValue } from '../../api/quantity/quantity.ts';
import type { LinuxContainerResources } from '../../cri/runtime.ts';
import { containersOf, type Pod, type PodContainer } from '../pod.ts';
import { podRequests } from '../resources/container-resources.ts';
import type { Problem } from '../status/container-status.ts';
import type { ContainerView } from '../view/pod-view.ts';

export interface ResizeAction {
  readonly container: PodContainer;
  readonly instance: ContainerView;
  readonly resources: LinuxContainerResources;
}

type Changed = { readonly cpu: boolean; readonly memory: boolean };

/** What differs between the running instance and what is wanted; nothing when the runtime does not report resources. */
export function changedResources(instance: ContainerView, wanted: LinuxContainerResources): Changed {
  const actual = instance.resources;
  if (!actual) return { cpu: false, memory: false };
  const quota = (r: LinuxContainerResources) => Math.max(0, r.cpuQuota ?? 0);
  return {
    cpu: (actual.cpuShares ?? 0) !== (wanted.cpuShares ?? 0) || quota(actual) !== quota(wanted),
    memory: Math.max(0, actual.memoryLimitInBytes ?? 0) !== (wanted.memoryLimitInBytes ?? 0),
  };
}

/** True when one of the changed resources asks for a restart. */
export const needsRestart = ({ spec }: PodContainer, changed: Changed): boolean =>
  (spec.resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' && changed[resourceName as keyof Changed] === true,
  );

/** True when the spec asks for other resources than the status says the pod was given. */
export function asksForResize(pod: Pod): boolean {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  return containersOf(pod).some(({ spec }) => {
    const given = statuses.find((status) => status.name === spec.name)?.resources;
    if (!given) return false;
    return (['requests', 'limits'] as const).some((of) =>
      ['cpu', 'memory'].some((name) => amount(given[of]?.[name]) !== amount(spec.resources?.[of]?.[name])),
    );
  });
}

const amount = (text: string | undefined): number => (text === undefined ? 0 : milliValue(text));

/** Why the node cannot give the pod what it asks for; undefined when it can. */
export function resizeVerdict(
  pod: Pod,
  others: readonly Pod[],
  allocatable: Readonly<Record<string, string>>,
): Problem | undefined {
  for (const [name, read] of [
    ['cpu', milliValue],
    ['memory', wholeValue],
  ] as const) {
    const capacity = read(allocatable[name] ?? '0');
    const requested = podRequests(pod)[name];
    if (requested > capacity)
      return {
        reason: 'Infeasible',
        message: `Node didn't have enough capacity: ${name}, requested: ${requested}, capacity: ${capacity}`,
      };
    const used = others.reduce((sum, other) => sum + podRequests(other)[name], 0);
    if (used + requested > capacity)
      return {
        reason: 'Deferred',
        message: `Node didn't have enough resource: ${name}, requested: ${requested}, used: ${used}, capacity: ${capacity}`,
      };
  }
  return undefined;
}
