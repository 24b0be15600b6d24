// Requests and limits of a pod as a whole. Used by the scheduler, the kubelet, resource quota and defaulting.
// Follows k8s.io/component-helpers resource.PodRequests and PodLimits. Deliberate difference: the status of a resize of
// pod-level resources is not counted, because the kubelet does not resize those.
import type { Container } from '../kinds/core/v1/container.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import type { ContainerStatus } from '../kinds/core/v1/pod-status.ts';
import { conditionOf } from '../meta/v1/conditions.ts';
import { type Amounts, type Arithmetic, addAmounts, parseAmounts, raiseAmounts } from './amounts.ts';
import { isSidecar } from './containers.ts';

export interface RequestOptions<T> {
  /**
   * Counts the maximum of the container's requested, allocated and actual resources. These differ
   * during an in-place resize.
   */
  readonly withStatus?: boolean;
  /** Amounts for containers that do not specify a request. */
  readonly missing?: ReadonlyMap<string, T>;
}

type PodLike = Pick<Readonly<Pod>, 'spec' | 'status'>;
type Field = 'requests' | 'limits';

/** Resources that the pod reserves on a node. Pod-level requests replace those of the containers; overhead is added. */
export function podRequests<T>(
  pod: PodLike,
  arithmetic: Arithmetic<T>,
  { withStatus = false, missing }: RequestOptions<T> = {},
): Amounts<T> {
  const read = withStatus ? withStatusOf(pod, 'requests', arithmetic) : inSpec('requests', arithmetic);
  const total = aggregate(pod.spec, missing ? orMissing(read, missing) : read, arithmetic);
  replaceByPodLevel(total, pod.spec, 'requests', arithmetic);
  addAmounts(total, parseAmounts(pod.spec?.overhead, arithmetic), arithmetic);
  return total;
}

/** The sum of the limits. Containers without a limit are ignored, so callers that enforce it must check for them. */
export function podLimits<T>(
  pod: PodLike,
  arithmetic: Arithmetic<T>,
  { withStatus = false }: Pick<RequestOptions<T>, 'withStatus'> = {},
): Amounts<T> {
  const read = withStatus ? withStatusOf(pod, 'limits', arithmetic) : inSpec('limits', arithmetic);
  const total = aggregate(pod.spec, read, arithmetic);
  replaceByPodLevel(total, pod.spec, 'limits', arithmetic);
  for (const [name, amount] of parseAmounts(pod.spec?.overhead, arithmetic)) {
    const limit = total.get(name);
    if (limit !== undefined && !arithmetic.isZero(limit)) total.set(name, arithmetic.add(limit, amount));
  }
  return total;
}

/** Totals of the containers, without pod-level resources and overhead. */
export const containerTotals = <T>(
  spec: Readonly<PodSpec> | undefined,
  field: Field,
  arithmetic: Arithmetic<T>,
): Amounts<T> => aggregate(spec, inSpec(field, arithmetic), arithmetic);

/** True for resources that can be specified at pod level. */
export const isPodLevelResource = (name: string): boolean =>
  name === 'cpu' || name === 'memory' || name.startsWith('hugepages-');

/** True when pod-level requests or limits are specified. */
export const hasPodLevelResources = ({ resources }: Pick<PodSpec, 'resources'>): boolean =>
  [resources?.requests, resources?.limits].some((list) => Object.keys(list ?? {}).some(isPodLevelResource));

type Read<T> = (container: Container) => Amounts<T>;

/**
 * The sum of main containers and sidecars, or the peak during startup if that is more: an init container runs
 * at the same time as the sidecars before it.
 */
function aggregate<T>(
  spec: Readonly<PodSpec> | undefined,
  read: Read<T>,
  arithmetic: Arithmetic<T>,
): Amounts<T> {
  const running: Amounts<T> = new Map();
  for (const container of spec?.containers ?? []) addAmounts(running, read(container), arithmetic);
  if (!spec?.initContainers?.length) return running;
  const sidecars: Amounts<T> = new Map();
  const starting: Amounts<T> = new Map();
  for (const container of spec.initContainers) {
    const own = read(container);
    if (isSidecar(container)) {
      addAmounts(running, own, arithmetic);
      addAmounts(sidecars, own, arithmetic);
      raiseAmounts(starting, sidecars, arithmetic);
    } else {
      addAmounts(own, sidecars, arithmetic);
      raiseAmounts(starting, own, arithmetic);
    }
  }
  raiseAmounts(running, starting, arithmetic);
  return running;
}

const inSpec =
  <T>(field: Field, arithmetic: Arithmetic<T>): Read<T> =>
  (container) =>
    parseAmounts(container.resources?.[field], arithmetic);

function orMissing<T>(read: Read<T>, missing: ReadonlyMap<string, T>): Read<T> {
  return (container) => {
    const own = read(container);
    for (const [name, amount] of missing) if (!own.has(name)) own.set(name, amount);
    return own;
  };
}

/** The requests of an infeasible resize are not counted. */
function withStatusOf<T>(pod: PodLike, field: Field, arithmetic: Arithmetic<T>): Read<T> {
  const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
  const infeasible = conditionOf(pod, 'PodResizePending')?.reason === 'Infeasible';
  const read = inSpec(field, arithmetic);
  return (container) => {
    const status = statuses.find(({ name }) => name === container.name);
    const given = status ? givenAmounts(status, field, arithmetic) : new Map<string, T>();
    if (given.size === 0) return read(container);
    if (!infeasible) raiseAmounts(given, read(container), arithmetic);
    return given;
  };
}

function givenAmounts<T>(status: ContainerStatus, field: Field, arithmetic: Arithmetic<T>): Amounts<T> {
  const given = parseAmounts(status.resources?.[field], arithmetic);
  if (field === 'requests')
    raiseAmounts(given, parseAmounts(status.allocatedResources, arithmetic), arithmetic);
  return given;
}

function replaceByPodLevel<T>(
  total: Amounts<T>,
  spec: Readonly<PodSpec> | undefined,
  field: Field,
  arithmetic: Arithmetic<T>,
): void {
  for (const [name, amount] of parseAmounts(spec?.resources?.[field], arithmetic))
    if (isPodLevelResource(name)) total.set(name, amount);
}
