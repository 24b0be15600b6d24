// Promise: the slices of every service with a selector list exactly the pods it selects, each with whether it is ready,
// serving and terminating. Service proxies and DNS follow the slices, so every change is handled at once.
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { type HasMetadata, isBeingDeleted, keyOf, labelsOf, namespaceOf } from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { messageOf } from '../../kit/message-of.ts';
import {
  type Controller,
  type ControllerContext,
  type Result,
  reads,
  watch,
} from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { hasSelector, mayBeEndpoint, ServicePods, triggerTime } from '../services/service-pods.ts';
import { applySlices, CONTROLLER_NAME, MANAGED_BY, withRelabelled } from './apply.ts';
import { type AddressType, addressTypesOf, endpointOf, portsKey, portsOf } from './endpoint.ts';
import { planSlices, type Wanted } from './plan.ts';

const BY_SERVICE = 'service-of-slice';
const ZONE = 'topology.kubernetes.io/zone';

/** The key of a slice's service, if the slice is managed by this controller. */
const serviceKeyOf = (slice: HasMetadata): string[] => {
  const labels = labelsOf(slice);
  const service = labels[SERVICE_NAME_LABEL];
  return service && labels[MANAGED_BY] === CONTROLLER_NAME ? [`${namespaceOf(slice)}/${service}`] : [];
};

export function createEndpointSliceController(context: ControllerContext): Controller {
  const servicePods = new ServicePods(context);
  const slices = context.informers.informer(EndpointSlice);
  const nodes = context.informers.informer(Node);
  slices.addIndex(BY_SERVICE, serviceKeyOf);
  const reconciler = new SliceReconciler(context, servicePods, slices, nodes.lister);
  return {
    name: 'endpointslice-controller',
    watches: [
      watch(servicePods.services, (service) => [keyOf(service)]),
      watch(servicePods.pods, servicePods.keysOfPod()),
      watch(slices, {
        onAdd: serviceKeyOf,
        onUpdate: (slice, old) => new Set([...serviceKeyOf(slice), ...serviceKeyOf(old)]),
        onDelete: (slice) => reconciler.gone(slice),
      }),
      reads(nodes),
    ],
    reconcile: (key) => reconciler.reconcile(key),
  };
}

class SliceReconciler {
  readonly #context: ControllerContext;
  readonly #servicePods: ServicePods;
  readonly #slices: Informer<EndpointSlice & KubeObject>;
  readonly #nodes: Lister<Node>;
  readonly #writes: OwnWrites;

  constructor(
    context: ControllerContext,
    servicePods: ServicePods,
    slices: Informer<EndpointSlice & KubeObject>,
    nodes: Lister<Node>,
  ) {
    this.#context = context;
    this.#servicePods = servicePods;
    this.#slices = slices;
    this.#nodes = nodes;
    this.#writes = new OwnWrites(context.clock);
  }

  gone(slice: Readonly<EndpointSlice>): string[] {
    const keys = serviceKeyOf(slice);
    for (const key of keys) this.#writes.gone(key, slice);
    return keys;
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const service = this.#servicePods.services.lister.byKey(key);
    // The garbage collector deletes the slices of a deleted service by their owner reference.
    if (!service || !hasSelector(service) || service.spec?.type === 'ExternalName') return undefined;
    const wait = this.#writes.behindMs(key, this.#slices.lister);
    if (wait > 0) return { requeueAfter: wait };
    try {
      await this.#sync(key, service);
    } catch (error) {
      this.#complain(service, error);
      throw error;
    }
    return undefined;
  }

  async #sync(key: string, service: Readonly<Service>): Promise<void> {
    const existing = this.#slices.lister.byIndex(BY_SERVICE, key).filter((slice) => !isBeingDeleted(slice));
    const pods = this.#servicePods.podsBehind(service).filter((pod) => mayBeEndpoint(pod, true));
    const trigger = triggerTime(service, pods);
    const types = addressTypesOf(service);
    for (const type of types) {
      const ofType = existing.filter((slice) => slice.addressType === type);
      const plan = planSlices(type, this.#wanted(service, pods, type), ofType);
      await applySlices(this.#context, this.#writes, service, withRelabelled(service, ofType, plan), trigger);
    }
    const stray = existing.filter((slice) => !types.includes(slice.addressType as AddressType));
    await applySlices(
      this.#context,
      this.#writes,
      service,
      { create: [], update: [], remove: stray },
      trigger,
    );
  }

  /** Endpoints grouped by port numbers: a named target port may have different numbers on different pods. */
  #wanted(service: Readonly<Service>, pods: readonly Readonly<Pod>[], type: AddressType): Wanted[] {
    const groups = new Map<
      string,
      { addressType: AddressType; ports: Wanted['ports']; endpoints: Wanted['endpoints'][number][] }
    >();
    for (const pod of pods) {
      const zone = labelsOf(this.#nodes.get(pod.spec?.nodeName ?? '') ?? {})[ZONE];
      const endpoint = endpointOf(service, pod, type, zone);
      if (endpoint.addresses.length === 0) continue;
      const ports = portsOf(service, pod);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { addressType: type, ports, endpoints: [] };
      group.endpoints.push(endpoint);
      groups.set(key, group);
    }
    return [...groups.values()];
  }

  #complain(service: Readonly<Service>, error: unknown): void {
    const why = messageOf(error);
    this.#context.events.record(
      referenceTo(Service, service),
      'Warning',
      'FailedToUpdateEndpointSlices',
      `Error updating Endpoint Slices for Service ${keyOf(service)}: ${why}`,
    );
  }
}
