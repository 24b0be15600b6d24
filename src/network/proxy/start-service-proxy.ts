// Starts a node's service proxy on the informers of Services, EndpointSlices, ServiceCIDRs and nodes. Called by the node agent, once
// per node.
import { prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import { serviceNameOf } from '../../api/endpoints/slices.ts';
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Service } from '../../api/kinds/core/v1/service.ts';
import { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { ServiceCIDR } from '../../api/kinds/networking/v1/service-cidr.ts';
import { keyOf, labelsOf, nameOf, namespaceOf } from '../../api/meta/v1/object.ts';
import { type EventRecorder, referenceTo } from '../../client/events/events.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { Clock, Timer } from '../../kit/clock.ts';
import type { Logger } from '../../kit/log.ts';
import { type AddressFamily, IPV4, IPV6 } from '../family.ts';
import { internalAddresses } from '../node-address.ts';
import type { NodeExec } from '../node-exec.ts';
import { isOthers, localEndpoints } from './frontends.ts';
import { HealthChecks } from './health/health-checks.ts';
import { ProxyHealth } from './health/proxy-health.ts';
import { ProxyMetrics } from './metrics.ts';
import { ServiceProxy } from './proxy.ts';

export interface ServiceProxyOptions {
  readonly nodeName: string;
  /** The pod networks of all nodes together. A family without a range has no rules. */
  readonly clusterCidrs: readonly string[];
  /** Put before a command, it runs in the node's namespaces; empty where these are the process's own. */
  readonly nodePrefix: readonly string[];
  readonly exec: NodeExec;
  /** Of the component kube-proxy. */
  readonly events: EventRecorder;
  readonly informers: InformerFactory;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface RunningServiceProxy {
  /** In the text format of Prometheus. */
  renderMetrics(): string;
  /** The rules stay. */
  stop(): void;
}

const BY_SERVICE = 'slices-of-service';
const ZONE = 'topology.kubernetes.io/zone';
const TRIGGER_TIME = 'endpoints.kubernetes.io/last-change-trigger-time';
/** Milliseconds from the start until the ports that every node has are opened: whoever asks there has time. */
const PORTS_AFTER = 1_000;

/** What kube-proxy sets, in seconds: connections that one side has closed, and those that nobody closes. */
const TIMEOUTS = Object.entries({ close_wait: 3_600, established: 86_400 })
  .map(([state, seconds]) => `echo ${seconds} > /proc/sys/net/netfilter/nf_conntrack_tcp_timeout_${state}`)
  .join('; ');

export function startServiceProxy(options: ServiceProxyOptions): RunningServiceProxy {
  const { nodeName, clusterCidrs, nodePrefix, exec, events, informers, clock, log } = options;
  const services = informers.informer(Service);
  const slices = informers.informer(EndpointSlice);
  const cidrs = informers.informer(ServiceCIDR);
  const nodes = informers.informer(Node);
  slices.addIndex(BY_SERVICE, serviceKeysOf);
  const metrics = new ProxyMetrics(clock);
  const health = new ProxyHealth(clock);
  const families = [IPV4, IPV6]
    .map((family) => ({ family, podCidrs: rangesOf(family, clusterCidrs) }))
    .filter(({ podCidrs }) => podCidrs.length > 0);
  const slicesOf = (key: string) => slices.lister.byIndex(BY_SERVICE, key);
  const source = {
    keys: () => services.lister.list().map(keyOf),
    service: (key: string) => services.lister.byKey(key),
    slices: slicesOf,
  };
  const onService = (key: string, service: Readonly<Service> | undefined) =>
    checks.setService(key, service, () =>
      families.reduce(
        (most, { family }) => Math.max(most, localEndpoints(service!, slicesOf(key), proxy.placeIn(family))),
        0,
      ),
    );
  const onRefused = (service: Readonly<Service>, why: string) =>
    events.record(referenceTo(Service, service), 'Warning', 'ServiceTooLarge', `no rules on a node: ${why}`);
  const proxy = new ServiceProxy({
    nodeName,
    families,
    source,
    onService,
    onRefused,
    exec,
    metrics,
    health,
    clock,
    log,
  });
  let addresses: readonly string[] = [];
  const onFailure = (service: Readonly<Service>, port: number, { message }: Error) => {
    const why = `node ${nodeName} failed to start healthcheck "${keyOf(service)}" on port ${port}: ${message}`;
    const details = { action: 'Listen' };
    events.record(referenceTo(Service, service), 'Warning', 'FailedToStartServiceHealthcheck', why, details);
  };
  const checks = new HealthChecks({
    ...{ nodePrefix, addresses: () => addresses, onFailure },
    ...{ health, metrics, log },
  });
  // Rules made before both caches are filled would cut off Services that were reachable before a restart.
  let ready = false;
  let ports: Timer | undefined;
  const changed = (keys: readonly string[]) => {
    if (ready) for (const key of keys) proxy.changed(key);
  };
  const serviceChanged = (service: Readonly<Service>) => {
    if (ready) metrics.serviceChanged();
    changed([keyOf(service)]);
  };
  const sliceChanged = (slice: Readonly<EndpointSlice>, old?: Readonly<EndpointSlice>) => {
    if (ready) metrics.endpointsChanged(triggerTime(slice, old));
    changed([...new Set([...serviceKeysOf(slice), ...(old ? serviceKeysOf(old) : [])])]);
  };
  const cidrsChanged = () =>
    proxy.setServiceCidrs(cidrs.lister.list().flatMap(({ spec }) => spec?.cidrs ?? []));
  const nodeChanged = (node: Readonly<Node>) => {
    if (nameOf(node) !== nodeName) return;
    health.setNode(node);
    addresses = internalAddresses(node);
    proxy.setNode({ addresses, zone: labelsOf(node)[ZONE] });
  };
  const stops = [
    services.addHandler({ onAdd: serviceChanged, onUpdate: serviceChanged, onDelete: serviceChanged }),
    slices.addHandler({
      onAdd: (slice) => sliceChanged(slice),
      onUpdate: sliceChanged,
      onDelete: (slice) => sliceChanged(slice),
    }),
    cidrs.addHandler({ onAdd: cidrsChanged, onUpdate: cidrsChanged, onDelete: cidrsChanged }),
    nodes.addHandler({
      onAdd: nodeChanged,
      onUpdate: nodeChanged,
      onDelete: (node) => nameOf(node) === nodeName && health.nodeGone(),
    }),
  ];
  let stopped = false;
  void Promise.all([services.synced(), slices.synced()]).then(() => {
    if (stopped) return;
    ready = true;
    proxy.start();
    ports = clock.after(PORTS_AFTER, () => {
      checks.start();
      if (nodePrefix.length > 0) void exec(['sh', '-c', TIMEOUTS]).catch(() => {});
    });
  });
  return {
    renderMetrics: () => metrics.render(),
    stop: () => {
      stopped = true;
      for (const stop of stops) stop();
      ports?.cancel();
      proxy.stop();
      checks.stop();
    },
  };
}

/** Slices of headless Services, and of Services that another proxy serves, are not looked at. */
function serviceKeysOf(slice: Readonly<EndpointSlice>): string[] {
  const name = serviceNameOf(slice);
  return !name || isOthers(slice) ? [] : [`${namespaceOf(slice)}/${name}`];
}

/** In milliseconds, if the slice changed for another reason than before. */
function triggerTime(slice: Readonly<EndpointSlice>, old?: Readonly<EndpointSlice>): number | undefined {
  const time = slice.metadata.annotations?.[TRIGGER_TIME];
  if (!time || time === old?.metadata.annotations?.[TRIGGER_TIME]) return undefined;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? undefined : ms;
}

const rangesOf = (family: AddressFamily, cidrs: readonly string[]): string[] =>
  cidrs.flatMap((cidr) => {
    const prefix = prefixOf(cidr);
    return prefix?.family === family.name ? [prefixText(prefix)] : [];
  });
