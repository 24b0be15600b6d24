// How packets get to the pods of another node: to its address on a link of ours, through a tunnel, or not at all. Decided node by
// node and range by range. Pure; plan.ts makes the kernel's entries of it.
import { type Address, type Family, widthOf } from '../../api/addresses/prefix.ts';
import type { Backend, Endpoint } from './annotation.ts';
import type { Claim } from './claims.ts';
import type { Link } from './observed.ts';
import type { Peer, Range } from './peers.ts';

/** `auto`: directly to nodes on the same segment, by VXLAN to others. */
export type Mode = 'auto' | 'routes' | 'vxlan' | 'wireguard';

/** Of tunnels in this mode. */
export const backendOf = (mode: Mode): Backend | undefined =>
  mode === 'routes' ? undefined : mode === 'wireguard' ? 'wireguard' : 'vxlan';

export type Path =
  | { readonly kind: 'direct'; readonly range: Range; readonly hop: string }
  | { readonly kind: 'tunnel'; readonly range: Range; readonly peer: Peer; readonly endpoint: Endpoint }
  /** Nothing may leave unencrypted. */
  | { readonly kind: 'closed'; readonly range: Range };

export interface Surroundings {
  readonly mode: Mode;
  readonly isOnLink: OnLink;
  /** Of this node's own end; undefined while it has none. */
  readonly family: Family | undefined;
}

/** Undefined when there is none: the packets go where the node's other routes lead. */
export function pathOf({ peer, range }: Claim, { mode, isOnLink, family }: Surroundings): Path | undefined {
  const { endpoint, addresses } = peer;
  const hop = addresses[range.family];
  const direct: Path | undefined =
    hop && isOnLink(hop) ? { kind: 'direct', range, hop: hop.text } : undefined;
  const fits = endpoint?.backend === backendOf(mode) && familyOf(endpoint) === family;
  const tunnel: Path | undefined = endpoint && fits ? { kind: 'tunnel', range, peer, endpoint } : undefined;
  switch (mode) {
    case 'routes':
      return direct;
    case 'auto':
      return direct ?? tunnel;
    case 'vxlan':
      // Until the other node has an end of its own.
      return tunnel ?? direct;
    case 'wireguard':
      return tunnel ?? { kind: 'closed', range };
  }
}

const familyOf = (endpoint: Endpoint | undefined): Family =>
  endpoint?.address.includes(':') ? 'IPv6' : 'IPv4';

/** Whether a link of ours reaches the address without a router. */
export type OnLink = (address: Address) => boolean;

/** Every pod's link has an address of its own, which is on no segment. */
const isLinkLocal = ({ family, value }: Address): boolean => family === 'IPv6' && value >> 118n === 0x3fan;

export function segmentsOf(links: readonly Link[]): OnLink {
  const all = links
    .filter(({ up }) => up)
    .flatMap(({ addresses }) => addresses)
    .filter(({ address }) => !isLinkLocal(address));
  const prefixes = all.map(({ prefix }) => prefix).filter(({ family, bits }) => bits < widthOf(family));
  return ({ family, value }) =>
    prefixes.some((prefix) => prefix.family === family && prefix.network <= value && value <= prefix.last) &&
    !all.some(({ address }) => address.family === family && address.value === value);
}
