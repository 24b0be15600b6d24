// Extended resources that a DeviceClass backs: what the containers of a pod ask for as requests of one claim, and which container gets
// the devices of which request. Pure. Upstream: createRequestsAndMappings in extendeddynamicresources.go.
import type { Container } from '../../../api/kinds/core/v1/container.ts';
import type { Pod } from '../../../api/kinds/core/v1/pod.ts';
import type { ContainerExtendedResourceRequest } from '../../../api/kinds/core/v1/pod-status.ts';
import type { DeviceRequest } from '../../../api/kinds/resource/v1/device.ts';
import { wholeValue } from '../../../api/quantity/quantity.ts';
import { addAll } from '../../../kit/lists.ts';
import { own } from '../../../kit/own.ts';

type Mapping = ContainerExtendedResourceRequest;

export interface ExtendedRequests {
  readonly requests: DeviceRequest[];
  readonly mappings: Mapping[];
}

/** A request of one container, before those of init containers are joined. */
interface Asked {
  readonly name: string;
  readonly count: number;
}

/** `classes`: names by resource. */
export function extendedRequests(pod: Readonly<Pod>, classes: ReadonlyMap<string, string>): ExtendedRequests {
  const requests: DeviceRequest[] = [];
  const mappings: Mapping[] = [];
  for (const [resource, deviceClassName] of [...classes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const { asked, mapped } = ofResource(pod, resource);
    for (const { name, count } of asked)
      requests.push({ name, exactly: { deviceClassName, allocationMode: 'ExactCount', count } });
    addAll(mappings, mapped);
  }
  requests.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { requests, mappings };
}

/**
 * Init containers that end use the devices of those that run later, and share what they need besides: they never run at
 * the same time.
 */
function ofResource(pod: Readonly<Pod>, resource: string): { asked: Asked[]; mapped: Mapping[] } {
  const { initContainers = [], containers = [] } = pod.spec ?? {};
  const all = [...initContainers, ...containers];
  const ends = (container: Readonly<Container>, index: number) =>
    index < initContainers.length && container.restartPolicy !== 'Always';
  const lasting = all.map((container, index) =>
    ends(container, index) ? undefined : askedBy(container, index, resource),
  );
  const mapped = lasting.flatMap((one, index) => (one ? [mapping(all[index]!, resource, one.name)] : []));
  let most: Asked | undefined;
  const passing: {
    readonly container: Readonly<Container>;
    readonly reused: Asked[];
    readonly rest: boolean;
  }[] = [];
  for (const [index, container] of all.entries()) {
    const asked = ends(container, index) ? askedBy(container, index, resource) : undefined;
    if (!asked) continue;
    let left = asked.count;
    const reused: Asked[] = [];
    for (const one of lasting.slice(index)) {
      if (!one || left <= 0) continue;
      reused.push(one);
      left -= one.count;
    }
    if (left > 0 && (!most || most.count < left)) most = { name: asked.name, count: left };
    passing.push({ container, reused, rest: left > 0 });
  }
  for (const { container, reused, rest } of passing) {
    for (const { name } of reused) mapped.push(mapping(container, resource, name));
    if (rest && most) mapped.push(mapping(container, resource, most.name));
  }
  const asked = [most, ...lasting].filter((one) => one !== undefined);
  return { asked, mapped };
}

const mapping = ({ name }: Readonly<Container>, resourceName: string, requestName: string): Mapping => ({
  ...{ containerName: name, resourceName, requestName },
});

/** The name has the places of the container and of the resource among the container's own, by name. */
function askedBy({ resources }: Readonly<Container>, index: number, resource: string): Asked | undefined {
  const requests = resources?.requests ?? {};
  const amount = own(requests, resource);
  const count = amount === undefined ? 0 : wholeValue(amount);
  if (count <= 0) return undefined;
  const place = Object.keys(requests).sort().indexOf(resource);
  return { name: `container-${index}-request-${place}`, count };
}
