// A second opinion on NetworkPolicies for tests, written from their documentation and from nothing of the code beside it: given the
// objects of a cluster, may this source open a connection to that destination? Slow, and without any sharing.
import type { Namespace } from '../../api/kinds/core/v1/namespace.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../api/kinds/networking/v1/network-policy.ts';
import type { LabelSelector } from '../../api/meta/v1/label-selector.ts';

export interface World {
  readonly namespaces: readonly Namespace[];
  readonly pods: readonly Pod[];
  readonly policies: readonly NetworkPolicy[];
}

export interface Attempt {
  readonly from: string;
  readonly to: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
}

const podAt = ({ pods }: World, address: string) => pods.find((pod) => pod.status?.podIP === address);

/** Both ends must allow it. A pod may always reach itself. */
export function isAllowed(world: World, attempt: Attempt): boolean {
  return (
    attempt.from === attempt.to ||
    (endAllows(world, attempt, 'Egress') && endAllows(world, attempt, 'Ingress'))
  );
}

function endAllows(world: World, attempt: Attempt, type: 'Ingress' | 'Egress'): boolean {
  const subject = podAt(world, type === 'Egress' ? attempt.from : attempt.to);
  if (!subject) return true;
  const policies = world.policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === subject.metadata.namespace &&
      selected(spec!.podSelector ?? {}, subject.metadata.labels) &&
      typesOf(spec!).includes(type),
  );
  if (policies.length === 0) return true;
  const peer = type === 'Egress' ? attempt.to : attempt.from;
  return policies.some(({ metadata, spec }) => {
    const rules =
      type === 'Egress'
        ? (spec!.egress ?? []).map(({ to, ports }) => ({ peers: to, ports }))
        : (spec!.ingress ?? []).map(({ from, ports }) => ({ peers: from, ports }));
    return rules.some(
      ({ peers, ports }) =>
        (!peers?.length || peers.some((p) => isPeer(world, p, peer, metadata.namespace!))) &&
        (!ports?.length || ports.some((p) => isPortOf(world, p, attempt))),
    );
  });
}

function typesOf({ policyTypes, egress }: NonNullable<NetworkPolicy['spec']>): readonly string[] {
  if (policyTypes) return policyTypes;
  return egress ? ['Ingress', 'Egress'] : ['Ingress'];
}

function isPeer(world: World, peer: NetworkPolicyPeer, address: string, own: string): boolean {
  if (peer.ipBlock) {
    const { cidr, except = [] } = peer.ipBlock;
    return inCidr(address, cidr) && !except.some((part) => inCidr(address, part));
  }
  const pod = podAt(world, address);
  if (!pod) return false;
  const { namespace = '' } = pod.metadata;
  const labels = world.namespaces.find(({ metadata }) => metadata.name === namespace)?.metadata.labels;
  const there = peer.namespaceSelector ? selected(peer.namespaceSelector, labels) : namespace === own;
  return there && selected(peer.podSelector ?? {}, pod.metadata.labels);
}

function isPortOf(world: World, wanted: NetworkPolicyPort, { to, protocol, port }: Attempt): boolean {
  if ((wanted.protocol ?? 'TCP') !== protocol) return false;
  if (wanted.port === undefined) return true;
  if (typeof wanted.port === 'number') return port >= wanted.port && port <= (wanted.endPort ?? wanted.port);
  const ports = podAt(world, to)?.spec?.containers.flatMap((container) => container.ports ?? []) ?? [];
  const named = ports.find((p) => p.name === wanted.port && (p.protocol ?? 'TCP') === protocol);
  return named?.containerPort === port;
}

function selected(selector: LabelSelector, labels: Readonly<Record<string, string>> = {}): boolean {
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return (
    exact &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === 'Exists') return value !== undefined;
      if (operator === 'DoesNotExist') return value === undefined;
      const listed = value !== undefined && values.includes(value);
      return operator === 'In' ? listed : !listed;
    })
  );
}

/** Addresses of IPv6 have one `::` in tests, and no part of IPv4. */
function bitsOf(address: string): string {
  if (!address.includes(':'))
    return address
      .split('.')
      .map((part) => Number(part).toString(2).padStart(8, '0'))
      .join('');
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const zeros = Array<string>(8 - head.length - tail.length).fill('0');
  return [...head, ...zeros, ...tail]
    .map((part) => Number.parseInt(part, 16).toString(2).padStart(16, '0'))
    .join('');
}

function inCidr(address: string, cidr: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const [one, other] = [bitsOf(address), bitsOf(network)];
  return one.length === other.length && one.slice(0, Number(bits)) === other.slice(0, Number(bits));
}
