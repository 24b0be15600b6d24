// The Services through which doors are reached, and their endpoints: the doors that serve. Pure. Called by server-doors.ts.
import type { Family } from '../../api/addresses/prefix.ts';
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service, ServicePort } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { keyOf, nameOf } from '../../api/meta/v1/object.ts';
import {
  DOOR_NAMESPACE,
  gatewayPort,
  gatewayService,
  INGRESS_SERVICE,
  MADE_FOR,
} from '../../api/nodes/doors.ts';
import { endpointAddress } from '../../controllers/node-dns/wanted.ts';
import type { CompiledGateway } from '../../gateway/routes/gateways.ts';
import { requestedAddresses } from '../../gateway/routes/listeners/service-addresses.ts';
import { internalAddresses } from '../../network/node-address.ts';

const MANAGED_BY = 'endpointslice.kubernetes.io/managed-by';
const ASKED = 'tiphys.io/load-balancer-ips';
const FOR_GATEWAY = 'tiphys.io/gateway';

/** Ports of Ingresses; doors listen at the same ones. */
const INGRESS_PORTS = { http: 80, https: 443 };

/** `Local`: the node that announces the address is a door, and sees who asks. */
export function ingressService(): Service {
  const ports = Object.entries(INGRESS_PORTS).map(([name, port]) => ({
    ...{ name, port, targetPort: port },
    protocol: 'TCP' as const,
  }));
  return serviceOf(INGRESS_SERVICE, 'ingress', {}, ports);
}

/** Undefined for a Gateway that is not served, or without a port. */
export function gatewayServiceOf({ gateway, notAccepted, listeners }: CompiledGateway): Service | undefined {
  if (notAccepted) return undefined;
  const ports = new Map<string, ServicePort>();
  for (const { listener, notAccepted: fault } of listeners) {
    if (fault) continue;
    const protocol = listener.protocol === 'UDP' ? ('UDP' as const) : ('TCP' as const);
    const name = gatewayPort(protocol, listener.port);
    ports.set(name, { name, port: listener.port, protocol });
  }
  if (ports.size === 0) return undefined;
  const asked = requestedAddresses(gateway);
  const annotations = {
    [FOR_GATEWAY]: keyOf(gateway),
    ...(asked.length > 0 && { [ASKED]: asked.join() }),
  };
  const sorted = [...ports.values()].sort((a, b) => (a.name! < b.name! ? -1 : 1));
  return serviceOf(gatewayService(gateway), 'gateway', annotations, sorted);
}

const serviceOf = (
  name: string,
  madeFor: string,
  annotations: Readonly<Record<string, string>>,
  ports: readonly ServicePort[],
): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: DOOR_NAMESPACE, labels: { [MADE_FOR]: madeFor }, annotations },
  spec: {
    type: 'LoadBalancer',
    externalTrafficPolicy: 'Local',
    ipFamilyPolicy: 'PreferDualStack',
    ports: [...ports],
  },
});

/** The Service with what is wanted; undefined where that is so already. What others set, such as nodePorts, stays. */
export function withPorts(old: Readonly<Service>, wanted: Service): Service | undefined {
  const before = new Map((old.spec?.ports ?? []).map((port) => [port.name, port]));
  const ports = (wanted.spec?.ports ?? []).map((port) => {
    const nodePort = before.get(port.name)?.nodePort;
    return { ...port, ...(nodePort && { nodePort }) };
  });
  const isSame =
    ports.length === before.size &&
    ports.every(({ name, port }) => before.get(name)?.port === port) &&
    old.metadata.annotations?.[ASKED] === wanted.metadata.annotations?.[ASKED] &&
    old.spec?.type === 'LoadBalancer' &&
    old.spec.externalTrafficPolicy === 'Local' &&
    Object.keys(old.spec.selector ?? {}).length === 0;
  if (isSame) return undefined;
  const { [ASKED]: _, ...annotations } = old.metadata.annotations ?? {};
  const { selector: __, ...spec } = old.spec ?? {};
  return {
    ...old,
    metadata: { ...old.metadata, annotations: { ...annotations, ...wanted.metadata.annotations } },
    spec: { ...spec, type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports },
  };
}

/** One of each family that the Service has. `doors`: those that serve. */
export function slicesOf(service: Readonly<Service>, doors: readonly Readonly<Node>[]): EndpointSlice[] {
  const name = nameOf(service);
  return (service.spec?.ipFamilies ?? []).map((family) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${name}-${family.toLowerCase()}`,
      namespace: DOOR_NAMESPACE,
      labels: {
        [SERVICE_NAME_LABEL]: name,
        [MANAGED_BY]: 'doors.tiphys.io',
        [MADE_FOR]: service.metadata.labels?.[MADE_FOR] ?? '',
      },
    },
    addressType: family as EndpointSlice['addressType'],
    endpoints: doors
      .flatMap((node) => {
        const address = addressIn(node, family as Family);
        return address ? [{ nodeName: nameOf(node), addresses: [address], conditions: READY }] : [];
      })
      .sort((a, b) => (a.nodeName < b.nodeName ? -1 : 1)),
    ports: (service.spec?.ports ?? []).map(({ name: port, protocol, ...numbers }) => ({
      name: port ?? '',
      protocol: protocol ?? 'TCP',
      port: name === INGRESS_SERVICE ? numbers.port : (numbers.nodePort ?? numbers.port),
    })),
  }));
}

const READY = { ready: true, serving: true, terminating: false };

/** Where Ingresses are reached: at the load balancer's addresses, without one at the doors' own. */
export function ingressAddresses(
  service: Readonly<Service> | undefined,
  doors: readonly Readonly<Node>[],
): { ip?: string; hostname?: string }[] {
  const given = (service?.status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ({
    ...(ip && { ip }),
    ...(hostname && { hostname }),
  }));
  if (given.length > 0) return given;
  return doors
    .flatMap((node) => addressIn(node, 'IPv4') ?? addressIn(node, 'IPv6') ?? [])
    .sort()
    .map((ip) => ({ ip }));
}

/** A door writes its own addresses: one that the API refuses would keep the others from being shown. */
const addressIn = (node: Readonly<Node>, family: Family): string | undefined =>
  internalAddresses(node)
    .map((text) => endpointAddress(text, family))
    .find((text) => text !== undefined);
