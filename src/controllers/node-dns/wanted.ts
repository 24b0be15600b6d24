// The Service kube-dns and its slices, from the Nodes whose agents answer for the cluster's names. Pure. Called by controller.ts.
import { addressOf, addressText, type Family, nthAddress } from '../../api/addresses/prefix.ts';
import { SERVICE_NAME_LABEL } from '../../api/endpoints/slices.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Service } from '../../api/kinds/core/v1/service.ts';
import type { EndpointSlice } from '../../api/kinds/discovery/v1/endpoint-slice.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { ANSWERS_NAMES, dnsLabels, dnsPorts } from '../../api/nodes/dns.ts';
import { isNodeReady } from '../../api/nodes/readiness.ts';
import { scopeOf } from '../../kit/ip-scope.ts';

export const NAME = 'kube-dns';
export const NAMESPACE = 'kube-system';
export const MANAGER = 'node-dns-controller.tiphys.io';
const FAMILIES: readonly Family[] = ['IPv4', 'IPv6'];
/** Endpoints of a slice, as the API allows. Pods of other nodes ask one of these. */
const MOST = 1000;
/** The tenth address of a range of Services, as with kubeadm. */
const NUMBER = 10;
/** The first 96 bits of IPv4 addresses in IPv6 notation. */
const MAPPED = 0xffffn;

export const answersNames = ({ metadata }: Readonly<Node>): boolean =>
  metadata.annotations?.[ANSWERS_NAMES] === 'true';

/** `cidrs`: the ranges of Services, the first one of the default family. */
export function wantedService(cidrs: readonly string[]): Service {
  const clusterIPs = cidrs.map((cidr) => nthAddress(cidr, NUMBER));
  const ipFamilies = clusterIPs.map((ip) => addressOf(ip)!.family);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: NAME, namespace: NAMESPACE, labels: dnsLabels },
    spec: {
      clusterIP: clusterIPs[0]!,
      clusterIPs,
      ipFamilies,
      ipFamilyPolicy: clusterIPs.length > 1 ? 'PreferDualStack' : 'SingleStack',
      trafficDistribution: 'PreferSameNode',
      ports: dnsPorts,
    },
  };
}

/** One for each family that a node has an address of; each endpoint is meant for the pods of its own node. */
export function wantedSlices(nodes: readonly Readonly<Node>[]): EndpointSlice[] {
  const serving = nodes.filter(answersNames).sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  return FAMILIES.flatMap((family) => {
    const endpoints = serving.flatMap((node) => endpointOf(node, family) ?? []).slice(0, MOST);
    return endpoints.length > 0 ? [sliceOf(family, endpoints)] : [];
  });
}

export const sliceName = (family: Family): string => `${NAME}-nodes-${family.toLowerCase()}`;

export const sliceNames: readonly string[] = FAMILIES.map(sliceName);

/** Of an agent by itself, or of `tiphys up` (network/dns/publish.ts). */
const OF_ONE_AGENT = 'tiphys';

/**
 * A slice that a program of ours has left: its address is neither that of a Node that is ready nor that of an API server, beside which
 * `tiphys up` answers.
 */
export function isStale(
  { metadata, endpoints }: Readonly<EndpointSlice>,
  nodes: readonly Readonly<Node>[],
  servers: readonly { readonly addresses: readonly string[] }[],
): boolean {
  if (metadata.labels?.['endpointslice.kubernetes.io/managed-by'] !== OF_ONE_AGENT) return false;
  const living = new Set([
    ...nodes.filter(isNodeReady).flatMap(({ status }) => (status?.addresses ?? []).map((one) => one.address)),
    ...servers.flatMap(({ addresses }) => addresses),
  ]);
  return !(endpoints ?? []).some(({ addresses }) => addresses.some((one) => living.has(one)));
}

const sliceOf = (family: Family, endpoints: NonNullable<EndpointSlice['endpoints']>): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: sliceName(family),
    namespace: NAMESPACE,
    labels: { [SERVICE_NAME_LABEL]: NAME, 'endpointslice.kubernetes.io/managed-by': MANAGER },
  },
  addressType: family,
  ports: dnsPorts,
  endpoints,
});

function endpointOf(node: Readonly<Node>, family: Family) {
  const [address] = (node.status?.addresses ?? []).flatMap((one) =>
    one.type === 'InternalIP' ? (endpointAddress(one.address, family) ?? []) : [],
  );
  if (!address) return undefined;
  const nodeName = nameOf(node);
  const ready = isNodeReady(node);
  return {
    addresses: [address],
    conditions: { ready, serving: ready, terminating: false },
    nodeName,
    hints: { forNodes: [{ name: nodeName }] },
  };
}

/**
 * Security: a node's own credentials write its addresses, and one that the API refuses in an endpoint would keep the slice of all nodes from
 * being written. Canonical; undefined for what leads to no other machine.
 */
export function endpointAddress(text: string, family: Family): string | undefined {
  const address = scopeOf(text) === 'global' ? addressOf(text) : undefined;
  if (address?.family !== family || (family === 'IPv6' && address.value >> 32n === MAPPED)) return undefined;
  return addressText(address);
}
