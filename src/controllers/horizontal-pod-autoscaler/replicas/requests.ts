// What pods request of a resource, in thousandths: what utilization is a percentage of. Pure; throws if something is missing.
// Upstream: calculateRequests in pkg/controller/podautoscaler/replica_calculator.go.
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { nameOf } from '../../../api/meta/v1/object.ts';
import { exactly } from '../../../api/pods/amounts.ts';
import { lastingContainers } from '../../../api/pods/containers.ts';
import { isPodLevelResource, podRequests } from '../../../api/pods/resources.ts';
import { milliValue } from '../../../api/quantity/quantity.ts';

/** By name of the pod. `container` is empty for the whole pod. */
export function requestsOf(
  pods: readonly Readonly<Pod>[],
  container: string,
  resource: string,
): ReadonlyMap<string, number> {
  const request = (pod: Readonly<Pod>) =>
    container === '' && hasPodLevelRequests(pod)
      ? ofPod(pod, resource)
      : ofContainers(pod, container, resource);
  return new Map(pods.map((pod) => [nameOf(pod), request(pod)]));
}

const hasPodLevelRequests = ({ spec }: Readonly<Pod>): boolean =>
  Object.keys(spec?.resources?.requests ?? {}).some(isPodLevelResource);

function ofPod(pod: Readonly<Pod>, resource: string): number {
  const request = podRequests(pod, exactly).get(resource);
  if (request === undefined)
    throw new Error(`missing pod-level request for ${resource} in Pod ${nameOf(pod)}`);
  return milliValue(request);
}

function ofContainers(pod: Readonly<Pod>, container: string, resource: string): number {
  const all = lastingContainers(pod.spec);
  const counted = container === '' ? all : all.filter(({ name }) => name === container);
  if (container !== '' && counted.length === 0)
    throw new Error(`container ${container} not found in Pod ${nameOf(pod)}`);
  let total = 0;
  for (const { name, resources } of counted) {
    const request = resources?.requests?.[resource];
    if (request === undefined)
      throw new Error(`missing request for ${resource} in container ${name} of Pod ${nameOf(pod)}`);
    total += milliValue(request);
  }
  return total;
}
