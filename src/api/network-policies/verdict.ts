// What NetworkPolicies say of connections from one end to another: on which ports they are allowed, and by which policies. Pure.
// It answers people who ask (the dashboard's map); nodes enforce the same compiled policies as rules of nftables (network/policy).
import { addressOf } from '../addresses/prefix.ts';
import type { Labels } from '../selectors/label-selector.ts';
import type { CompiledPolicy, Direction, PeerSelector, PortRange, Rule } from './compile.ts';
import type { NamedPort } from './named-ports.ts';
import { merged } from './ranges.ts';

/** A pod, or an address outside. */
export interface End {
  /** Undefined: no pod, or one on its node's network, which is no pod to policies. */
  readonly pod?: { readonly namespace: string; readonly labels: Labels };
  /** Any of them may be in a block. */
  readonly addresses: readonly string[];
  readonly ports: readonly NamedPort[];
}

/** `all`: every port of every protocol; an empty list: none. */
export type Ports = 'all' | readonly PortRange[];

/** What the policies of one end say. */
export interface Side {
  /** Those that select the pod in the direction; without any it is not isolated. */
  readonly selecting: readonly string[];
  /** Those of them that allow something. */
  readonly allowing: readonly string[];
  readonly ports: Ports;
}

export interface Verdict {
  readonly egress: Side;
  readonly ingress: Side;
  /** What both ends allow. */
  readonly ports: Ports;
}

type LabelsOf = (namespace: string) => Labels | undefined;

/** `namespaces`: the labels of a namespace. */
export function judgeConnection(
  policies: readonly CompiledPolicy[],
  namespaces: LabelsOf,
  from: End,
  to: End,
): Verdict {
  const egress = sideOf('egress', policies, namespaces, from, to, to);
  const ingress = sideOf('ingress', policies, namespaces, to, from, to);
  return { egress, ingress, ports: intersected(egress.ports, ingress.ports) };
}

/** The policies that isolate a pod in the direction. */
export const isolating = (
  direction: Direction,
  policies: readonly CompiledPolicy[],
  { pod }: End,
): CompiledPolicy[] =>
  pod
    ? policies.filter(
        (policy) =>
          policy[direction] && policy.namespace === pod.namespace && policy.selects.matches(pod.labels),
      )
    : [];

function sideOf(
  direction: Direction,
  policies: readonly CompiledPolicy[],
  namespaces: LabelsOf,
  subject: End,
  peer: End,
  target: End,
): Side {
  const selecting = isolating(direction, policies, subject);
  if (selecting.length === 0) return { selecting: [], allowing: [], ports: 'all' };
  const allowing: string[] = [];
  let ports: Ports = [];
  for (const policy of selecting) {
    const own = (policy[direction] ?? [])
      .filter((rule) => hasPeer(rule, namespaces, peer))
      .map((rule) => portsOf(rule, target));
    if (own.some((each) => each === 'all' || each.length > 0)) allowing.push(policy.key);
    for (const each of own) ports = united(ports, each);
  }
  return { selecting: selecting.map(({ key }) => key), allowing, ports };
}

function hasPeer({ peers }: Rule, namespaces: LabelsOf, end: End): boolean {
  if (!peers) return true;
  if (peers.selectors.some((selector) => selects(selector, namespaces, end))) return true;
  const addresses = peers.blocks.length > 0 ? end.addresses.map(addressOf) : [];
  return addresses.some((address) =>
    peers.blocks.some(
      ({ family, first, last }) =>
        address?.family === family && address.value >= first && address.value <= last,
    ),
  );
}

export function selects({ namespaces, pods }: PeerSelector, labelsOf: LabelsOf, { pod }: End): boolean {
  if (!pod) return false;
  const isThere =
    typeof namespaces === 'string'
      ? namespaces === pod.namespace
      : namespaces.matches(labelsOf(pod.namespace));
  return isThere && pods.matches(pod.labels);
}

function portsOf({ ports }: Rule, target: End): Ports {
  if (!ports) return 'all';
  const named = ports.names.flatMap(({ protocol, name }) =>
    target.ports
      .filter((port) => port.name === name && port.protocol === protocol)
      .map(({ port }) => ({ protocol, first: port, last: port })),
  );
  return [...ports.ranges, ...named];
}

const byProtocol = (ranges: readonly PortRange[]): PortRange[] =>
  (['tcp', 'udp', 'sctp'] as const).flatMap((protocol) =>
    merged(ranges.filter((range) => range.protocol === protocol)).map((range) => ({ protocol, ...range })),
  );

function united(one: Ports, other: Ports): Ports {
  if (one === 'all' || other === 'all') return 'all';
  return byProtocol([...one, ...other]);
}

function intersected(one: Ports, other: Ports): Ports {
  if (one === 'all') return other;
  if (other === 'all') return one;
  return byProtocol(
    one.flatMap((a) =>
      other.flatMap((b) => {
        const range = {
          protocol: a.protocol,
          first: Math.max(a.first, b.first),
          last: Math.min(a.last, b.last),
        };
        return a.protocol === b.protocol && range.first <= range.last ? [range] : [];
      }),
    ),
  );
}

export const isPortAllowed = (ports: Ports, protocol: PortRange['protocol'], port: number): boolean =>
  ports === 'all' ||
  ports.some((range) => range.protocol === protocol && port >= range.first && port <= range.last);

/** `all ports`, `tcp 80, 8000–8080`, `no port`. */
export function portsText(ports: Ports): string {
  if (ports === 'all') return 'all ports';
  if (ports.length === 0) return 'no port';
  return (['tcp', 'udp', 'sctp'] as const)
    .flatMap((protocol) => {
      const own = ports.filter((range) => range.protocol === protocol).map(rangeText);
      return own.length > 0 ? [`${protocol} ${own.join(', ')}`] : [];
    })
    .join('; ');
}

const rangeText = ({ first, last }: PortRange): string => {
  if (first === last) return String(first);
  return first <= 1 && last === 65_535 ? 'all' : `${first}–${last}`;
};
