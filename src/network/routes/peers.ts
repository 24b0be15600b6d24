// What the pod network reads of Node objects: addresses, pod ranges and the end of the tunnels. Security: a node's own credentials
// can write all of these, and they become input of root's `ip`: only addresses and ranges pass, in canonical form. Pure.
import { type Family, type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { Node } from '../../api/kinds/core/v1/node.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { ANNOTATION, type Endpoint, endpointOf, type HostAddress, unicast } from './annotation.ts';
import { macOf } from './identity/hardware-address.ts';
import { proves } from './identity/wireguard-key.ts';

/** With its canonical text: there may be thousands. */
export interface Range extends Prefix {
  readonly text: string;
}

export interface Peer {
  readonly name: string;
  readonly created: string;
  /** The first internal address of each family. */
  readonly addresses: { readonly [F in Family]?: HostAddress };
  /** The family of the first address: tunnels use it. */
  readonly family: Family | undefined;
  readonly ranges: readonly Range[];
  readonly endpoint: Endpoint | undefined;
  /** It is proved to be the node's own. */
  readonly owns?: boolean;
}

/** The shortest prefixes of a node's range: shorter ones would take over routes that are not of pods, 0.0.0.0/0 all of them. */
const SHORTEST_PREFIX: Readonly<Record<Family, number>> = { IPv4: 16, IPv6: 48 };
/** One of each family. */
const MOST_RANGES = 2;

/** Objects of an informer are replaced when they change, never changed. */
const known = new WeakMap<Readonly<Node>, Peer>();

export function peerOf(node: Readonly<Node>): Peer {
  const read = known.get(node) ?? readPeer(node);
  known.set(node, read);
  return read;
}

function readPeer(node: Readonly<Node>): Peer {
  const { metadata, spec, status } = node;
  const addresses: { [F in Family]?: HostAddress } = {};
  let family: Family | undefined;
  for (const { type, address } of status?.addresses ?? []) {
    const host = type === 'InternalIP' ? unicast(address) : undefined;
    if (!host) continue;
    addresses[host.family] ??= host;
    family ??= host.family;
  }
  const endpoint = endpointOf(metadata.annotations?.[ANNOTATION]);
  const ranges = spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
  return {
    name: nameOf(node),
    created: metadata.creationTimestamp ?? '',
    addresses,
    family,
    ranges: ranges.slice(0, MOST_RANGES).flatMap((range) => rangeOf(range) ?? []),
    endpoint,
    owns: endpoint !== undefined && isOwn(endpoint, nameOf(node)),
  };
}

const isOwn = ({ backend, id, proof }: Endpoint, name: string): boolean =>
  backend === 'vxlan' ? id === macOf(name) : proof !== undefined && proves(proof, id, name);

export function rangeOf(text: string): Range | undefined {
  const range = prefixOf(text);
  return range && range.bits >= SHORTEST_PREFIX[range.family]
    ? { ...range, text: prefixText(range) }
    : undefined;
}

/** The same text for the same facts, so that other changes of a Node cost nothing. */
export const factsOf = (node: Readonly<Node>): string =>
  JSON.stringify([
    node.metadata.uid,
    node.spec?.podCIDR,
    node.spec?.podCIDRs,
    node.status?.addresses,
    node.metadata.annotations?.[ANNOTATION],
  ]);

/** Whether anything leads to the node: simulated nodes have addresses of loopback. */
export const isReachable = ({ family }: Peer): boolean => family !== undefined;
