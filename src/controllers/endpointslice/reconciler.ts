// One round for one service: what its slices should hold, and which of them to change.
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointHints, EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import {
  type HasMetadata,
  isBeingDeleted,
  keyOf,
  labelsOf,
  nameOf,
  namespaceOf,
  uidOf,
} from '../../api/meta/v1/object.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { type EventType, referenceTo } from '../../client/events/events.ts';
import type { Lister } from '../../client/informer/indexer.ts';
import type { Informer } from '../../client/informer/informer.ts';
import { messageOf } from '../../kit/message-of.ts';
import type { ControllerContext, Enqueue, Result } from '../framework/controller.ts';
import { OwnWrites } from '../framework/own-writes.ts';
import { isNamespaceTerminating } from '../framework/pods/pod-control.ts';
import { hasSelector, mayBeEndpoint, type ServicePods, triggerTime } from '../services/service-pods.ts';
import { applySlices, CONTROLLER_NAME, MANAGED_BY, type SliceTools, withRelabelled } from './apply.ts';
import { type AddressType, addressTypesOf, endpointOf, portsKey, portsOf } from './endpoint.ts';
import { SliceInstruments } from './instruments.ts';
import { identity, MAX_ENDPOINTS, planSlices, type SlicePlan, untouched, type Wanted } from './plan.ts';
import { HintedServices } from './topology/hinted-services.ts';
import { withHints } from './topology/hints.ts';
import { wantsHints } from './topology/mode.ts';
import { ZONE } from './topology/shares.ts';

/** The key of all nodes together. No service has such a name. */
export const ALL_NODES = '/nodes';
export const BY_SERVICE = 'service-of-slice';

/** The key of a slice's service, if the slice is managed by this controller. */
export const serviceKeyOf = (slice: HasMetadata): string[] => {
  const labels = labelsOf(slice);
  const service = labels[SERVICE_NAME_LABEL];
  return service && labels[MANAGED_BY] === CONTROLLER_NAME ? [`${namespaceOf(slice)}/${service}`] : [];
};

type Slice = Readonly<EndpointSlice>;

export class SliceReconciler {
  readonly #context: ControllerContext;
  readonly #servicePods: ServicePods;
  readonly #slices: Informer<EndpointSlice & KubeObject>;
  readonly #nodes: Lister<Node>;
  readonly #tools: SliceTools;
  readonly #hinted = new HintedServices();
  /** Services with pods whose nodes are not there. */
  readonly #waiting = new Set<string>();
  #enqueue: Enqueue = () => {};

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
    const writes = new OwnWrites(context.clock);
    this.#tools = { context, writes, instruments: new SliceInstruments(context.metrics) };
  }

  /** The shares of the zones are known before the first service is looked at. */
  begin(enqueue: Enqueue): void {
    this.#enqueue = enqueue;
    this.#hinted.nodesChanged(this.#nodes.list());
  }

  async reconcileNodes(): Promise<undefined> {
    const overloaded = this.#hinted.nodesChanged(this.#nodes.list());
    for (const service of [...overloaded, ...this.#waiting]) this.#enqueue(service);
  }

  /** How many endpoints a service has. */
  endpointsOf(key: string): number {
    const slices = this.#slices.lister.byIndex(BY_SERVICE, key);
    return slices.reduce((sum, { endpoints }) => sum + (endpoints?.length ?? 0), 0);
  }

  gone(slice: Slice): string[] {
    const keys = serviceKeyOf(slice);
    for (const key of keys) this.#tools.writes.gone(key, slice);
    return keys;
  }

  async reconcile(key: string): Promise<Result | undefined> {
    const service = this.#servicePods.services.lister.byKey(key);
    const { instruments, writes } = this.#tools;
    // The garbage collector deletes the slices of a deleted service by their owner reference.
    if (!service || !hasSelector(service) || service.spec?.type === 'ExternalName') {
      instruments.service(key, undefined);
      this.#hinted.forget(key);
      this.#waiting.delete(key);
      return undefined;
    }
    const wait = writes.behindMs(key, this.#slices.lister);
    if (wait > 0) {
      instruments.ended('stale');
      return { requeueAfter: wait };
    }
    try {
      await this.#sync(key, service);
      instruments.ended('success');
    } catch (error) {
      if (isNamespaceTerminating(error)) return undefined;
      instruments.ended('error');
      this.#complain(service, error);
      throw error;
    }
    return undefined;
  }

  async #sync(key: string, service: Readonly<Service>): Promise<void> {
    const existing = this.#slices.lister.byIndex(BY_SERVICE, key).filter((slice) => !isBeingDeleted(slice));
    const pods = this.#servicePods.podsBehind(service).filter((pod) => mayBeEndpoint(pod, true));
    const trigger = triggerTime(service, pods);
    const placed = pods.filter((pod) => this.#isPlaced(service, pod));
    const types = addressTypesOf(service);
    // Of another address type, or of an earlier service of the name.
    const belongs = (slice: Slice) =>
      types.includes(slice.addressType as AddressType) && isOwned(slice, service);
    const counts = { endpoints: 0, slices: 0, enough: 0 };
    for (const type of types) {
      const own = existing.filter((slice) => slice.addressType === type && belongs(slice));
      const wanted = this.#wanted(service, placed, type, hintsIn(service, own));
      const plan = this.#withHints(key, service, type, planSlices(type, wanted, own), own);
      this.#observe(service, own, wanted, plan);
      counts.endpoints += wanted.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
      counts.slices += own.length + plan.create.length - plan.remove.length;
      counts.enough += Math.max(
        1,
        wanted.reduce((sum, one) => sum + slicesFor(one.endpoints.length), 0),
      );
      await applySlices(this.#tools, service, withRelabelled(service, own, plan), trigger);
    }
    const remove = existing.filter((slice) => !belongs(slice));
    await applySlices(this.#tools, service, { create: [], update: [], remove }, trigger);
    const { trafficDistribution } = service.spec ?? {};
    this.#tools.instruments.service(key, { ...counts, trafficDistribution });
    const lost = pods.find((pod) => !this.#isPlaced(service, pod));
    if (!lost) this.#waiting.delete(key);
    else {
      this.#waiting.add(key);
      throw new Error(
        `skipping Pod ${nameOf(lost)} for Service ${key}: Node ${lost.spec?.nodeName} Not Found`,
      );
    }
  }

  /** Pods of nodes that are gone are no endpoints, unless the service publishes every address. */
  #isPlaced({ spec }: Readonly<Service>, pod: Readonly<Pod>): boolean {
    return spec?.publishNotReadyAddresses === true || this.#nodes.get(pod.spec?.nodeName ?? '') !== undefined;
  }

  /** Endpoints grouped by port numbers: a named target port may have different numbers on different pods. */
  #wanted(
    service: Readonly<Service>,
    pods: readonly Readonly<Pod>[],
    type: AddressType,
    hints: ReadonlyMap<string, EndpointHints | undefined>,
  ): Wanted[] {
    const groups = new Map<
      string,
      { addressType: AddressType; ports: Wanted['ports']; endpoints: Wanted['endpoints'][number][] }
    >();
    for (const pod of pods) {
      const zone = labelsOf(this.#nodes.get(pod.spec?.nodeName ?? '') ?? {})[ZONE];
      const plain = endpointOf(service, pod, type, zone);
      if (plain.addresses.length === 0) continue;
      const known = hints.get(identity(plain));
      const endpoint = known ? { ...plain, hints: known } : plain;
      const ports = portsOf(service, pod);
      const key = portsKey(ports);
      const group = groups.get(key) ?? { addressType: type, ports, endpoints: [] };
      group.endpoints.push(endpoint);
      groups.set(key, group);
    }
    return [...groups.values()];
  }

  /** The hints of topology-mode Auto; those of trafficDistribution are in the endpoints already. */
  #withHints(
    key: string,
    service: Readonly<Service>,
    type: AddressType,
    plan: SlicePlan,
    own: readonly Slice[],
  ): SlicePlan {
    const had = this.#hinted.has(key);
    if (!wantsHints(service)) {
      if (had) this.#tellOfHints(service, type, 'Disabled', 'Topology Aware Hints has been disabled');
      this.#hinted.remove(key, type);
      return plan;
    }
    const hinted = withHints(plan, untouched(own, plan), this.#hinted.shares);
    if (hinted.given) {
      this.#hinted.set(key, type, hinted.given);
      if (!had) this.#tellOfHints(service, type, 'Enabled', 'Topology Aware Hints has been enabled');
    } else {
      this.#hinted.remove(key, type);
      this.#tellOfHints(service, type, 'Disabled', hinted.problem ?? '');
    }
    return hinted.plan;
  }

  #observe(
    service: Readonly<Service>,
    own: readonly Slice[],
    wanted: readonly Wanted[],
    plan: SlicePlan,
  ): void {
    const before = new Set(own.flatMap((slice) => (slice.endpoints ?? []).map(identity)));
    const after = new Set(wanted.flatMap(({ endpoints }) => endpoints.map(identity)));
    const kept = [...after].filter((id) => before.has(id)).length;
    const topology = wantsHints(service) ? 'Auto' : 'Disabled';
    const trafficDistribution = topology === 'Auto' ? '' : (service.spec?.trafficDistribution ?? '');
    const changed = plan.create.length + plan.update.length + plan.remove.length;
    const counts = { added: after.size - kept, removed: before.size - kept, changed };
    this.#tools.instruments.synced({ ...counts, topology, trafficDistribution });
  }

  #tellOfHints(
    service: Readonly<Service>,
    type: AddressType,
    what: 'Enabled' | 'Disabled',
    message: string,
  ): void {
    const text = `${message}, addressType: ${type}`;
    this.#record(service, what === 'Enabled' ? 'Normal' : 'Warning', `TopologyAwareHints${what}`, text);
  }

  #complain(service: Readonly<Service>, error: unknown): void {
    const why = messageOf(error);
    const message = `Error updating Endpoint Slices for Service ${keyOf(service)}: ${why}`;
    this.#record(service, 'Warning', 'FailedToUpdateEndpointSlices', message);
  }

  #record(service: Readonly<Service>, type: EventType, reason: string, message: string): void {
    this.#context.events.record(referenceTo(Service, service), type, reason, message);
  }
}

const isOwned = ({ metadata }: Slice, service: Readonly<Service>): boolean =>
  (metadata.ownerReferences ?? []).some(({ uid }) => uid === uidOf(service));

/** Without endpoints there is a placeholder. */
const slicesFor = (endpoints: number): number => Math.ceil(endpoints / MAX_ENDPOINTS);

/** For a service with topology-mode Auto, the hints that endpoints have: they stay as long as they fit. */
function hintsIn(
  service: Readonly<Service>,
  slices: readonly Slice[],
): Map<string, EndpointHints | undefined> {
  if (!wantsHints(service)) return new Map();
  return new Map(
    slices.flatMap(({ endpoints }) => (endpoints ?? []).map((one) => [identity(one), one.hints] as const)),
  );
}
