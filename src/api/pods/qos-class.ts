// The quality-of-service class of a pod. The API server writes it into the status of a new pod; the kubelet places the
// pod's cgroup by it; quota scopes ask for it.
// Follows k8s.io/kubernetes pkg/apis/core/helper/qos.
import type { Container } from '../kinds/core/v1/container.ts';
import type { Pod } from '../kinds/core/v1/pod.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { compareQuantity, parseQuantity, signOf } from '../quantity/quantity.ts';
import { hasPodLevelResources } from './resources.ts';

export type QosClass = 'Guaranteed' | 'Burstable' | 'BestEffort';

/** The class in the status, which is set on creation; computed for pods without one. */
export const qosClassOf = (pod: Pick<Readonly<Pod>, 'spec' | 'status'>): QosClass =>
  pod.status?.qosClass ?? computeQosClass(pod.spec);

/** Pod-level resources, if set, replace those of the containers. */
export function computeQosClass(spec: Readonly<PodSpec> | undefined): QosClass {
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const holders = spec && hasPodLevelResources(spec) ? [spec] : containers;
  const asksForAny = holders.some(({ resources }) =>
    COUNTED.some((name) => isSet(resources?.requests?.[name]) || isSet(resources?.limits?.[name])),
  );
  if (!asksForAny) return 'BestEffort';
  return holders.every(isGuaranteed) ? 'Guaranteed' : 'Burstable';
}

const COUNTED = ['cpu', 'memory'] as const;

/** An amount of zero counts as none. */
const isSet = (text: string | undefined): text is string =>
  text !== undefined && signOf(parseQuantity(text)) > 0;

/** Limits for cpu and memory, and requests equal to them; a request that is not set defaults to the limit. */
const isGuaranteed = ({ resources }: Pick<Container, 'resources'>): boolean =>
  COUNTED.every((name) => {
    const limit = resources?.limits?.[name];
    if (!isSet(limit)) return false;
    const request = resources?.requests?.[name];
    return !isSet(request) || compareQuantity(parseQuantity(request), parseQuantity(limit)) === 0;
  });
