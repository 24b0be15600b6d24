// Which services select a pod, on which port, and whether it is an endpoint: shared by the Endpoints and EndpointSlice
// controllers.

import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { Service, type ServicePort } from '../../api/kinds/core/v1/service.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { isBeingDeleted, keyOf, labelsOf, namespaceOf, splitKey } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { lastingContainers } from '../../api/pods/containers.ts';
import { isPodTerminal } from '../../api/pods/phase.ts';
import { isPodReady } from '../../api/pods/readiness.ts';
import { type LabelSelector, labelSelectorOfMap, noLabel } from '../../api/selectors/label-selector.ts';
import { BY_NAMESPACE, indexByNamespace } from '../../client/informer/indices.ts';
import type { Informer } from '../../client/informer/informer.ts';
import type { ControllerContext, KeysOf } from '../framework/controller.ts';

export const HEADLESS_LABEL = 'service.kubernetes.io/headless';
export const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';

/** The caches of services and pods, and which service selects which pods. */
export class ServicePods {
  readonly services: Informer<Service & KubeObject>;
  readonly pods: Informer<Pod & KubeObject>;
  readonly #selectors = new WeakMap<object, LabelSelector>();

  constructor(context: ControllerContext) {
    this.services = context.informers.informer(Service);
    this.pods = context.informers.informer(Pod);
    indexByNamespace(this.services);
    indexByNamespace(this.pods);
  }

  podsBehind(service: Readonly<Service>): Readonly<Pod>[] {
    const selector = this.#selectorOf(service);
    return this.pods.lister
      .byIndex(BY_NAMESPACE, namespaceOf(service))
      .filter((pod) => selector.matches(labelsOf(pod)));
  }

  /** How many pods are in a service's namespace: podsBehind() looks at them all. */
  podsNear(service: string): number {
    return this.pods.lister.countByIndex(BY_NAMESPACE, splitKey(service).namespace);
  }

  /** The keys of services that select a pod that was created, deleted, or changed in a way that its endpoints show. */
  keysOfPod(): KeysOf<Pod> {
    return {
      onAdd: (pod) => this.#keysFor(pod),
      onDelete: (pod) => this.#keysFor(pod),
      onUpdate: (pod, old) => {
        const relabelled = JSON.stringify(labelsOf(pod)) !== JSON.stringify(labelsOf(old));
        if (!relabelled && shownOf(pod) === shownOf(old)) return [];
        return relabelled ? new Set([...this.#keysFor(pod), ...this.#keysFor(old)]) : this.#keysFor(pod);
      },
    };
  }

  #keysFor(pod: Readonly<Pod>): string[] {
    return this.services.lister
      .byIndex(BY_NAMESPACE, namespaceOf(pod))
      .filter((service) => this.#selectorOf(service).matches(labelsOf(pod)))
      .map(keyOf);
  }

  #selectorOf(service: Readonly<Service>): LabelSelector {
    let selector = this.#selectors.get(service);
    if (!selector) {
      selector = hasSelector(service) ? labelSelectorOfMap(service.spec?.selector) : noLabel;
      this.#selectors.set(service, selector);
    }
    return selector;
  }
}

/** The endpoints of a service without a selector are not managed by controllers. */
export const hasSelector = (service: Readonly<Service>): boolean =>
  service.spec?.selector !== undefined && Object.keys(service.spec.selector).length > 0;

export const isHeadless = (service: Readonly<Service>): boolean => service.spec?.clusterIP === 'None';

/** Everything of a pod that its endpoints show, as one string to compare. */
function shownOf(pod: Readonly<Pod>): string {
  const { spec, status, metadata } = pod;
  return JSON.stringify([
    status?.podIP,
    status?.podIPs,
    isPodReady(pod),
    isPodTerminal(pod),
    metadata.deletionTimestamp !== undefined,
    spec?.nodeName,
    spec?.hostname,
    spec?.subdomain,
  ]);
}

export const podAddresses = (pod: Readonly<Pod>): string[] => {
  const many = (pod.status?.podIPs ?? []).map(({ ip }) => ip);
  if (many.length > 0) return many;
  return pod.status?.podIP ? [pod.status.podIP] : [];
};

/** A pod that has ended or has no address yet is not an endpoint. */
export function mayBeEndpoint(pod: Readonly<Pod>, includeTerminating: boolean): boolean {
  if (isPodTerminal(pod) || podAddresses(pod).length === 0) return false;
  return includeTerminating || !isBeingDeleted(pod);
}

/** The number of a service's port on a pod; undefined when the pod has no port of that name. */
export function portOn(pod: Readonly<Pod>, port: ServicePort): number | undefined {
  const target = port.targetPort || port.port;
  if (typeof target === 'number') return target;
  for (const container of lastingContainers(pod.spec))
    for (const candidate of container.ports ?? [])
      if (candidate.name === target && (candidate.protocol ?? 'TCP') === (port.protocol ?? 'TCP'))
        return candidate.containerPort;
  return undefined;
}

/** The pod's host name in DNS under the service, if its subdomain names the service. */
export function hostnameIn(service: Readonly<Service>, pod: Readonly<Pod>): string | undefined {
  const { hostname, subdomain } = pod.spec ?? {};
  return hostname && subdomain === service.metadata.name ? hostname : undefined;
}

/** When the newest change behind the endpoints happened: the annotation endpoints.kubernetes.io/last-change-trigger-time. */
export function triggerTime(service: Readonly<Service>, pods: readonly Readonly<Pod>[]): string | undefined {
  let newest = service.metadata.creationTimestamp;
  for (const pod of pods) {
    const changed = conditionOf(pod, 'Ready')?.lastTransitionTime;
    if (changed && (!newest || changed > newest)) newest = changed;
  }
  return newest;
}
