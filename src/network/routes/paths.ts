// How packets get to the pods of another node: to its address on a link of ours, through a tunnel, or not at all. Decided node by
// node and range by range. Pure; plan.ts makes the kernel's entries of it.
import { addressOf, type Family, type Prefix, widthOf } from '../../api/addresses/prefix.ts';
import type { Backend, Endpoint } from './annotation.ts';
import type { Claim } from './claims.ts';
import type { Link } from './observed.ts';
import type { Peer } from './peers.ts';

/** `auto`: directly to nodes on the same segment, by VXLAN to others. */
export type Mode = 'auto' | 'routes' | 'vxlan' | 'wireguard';

/** Of tunnels in this mode. */
export const backendOf = (mode: Mode): Backend | undefined =>
  mode === 'routes' ? undefined : mode === 'wireguard' ? 'wireguard' : 'vxlan';

export type Path =
  | { readonly kind: 'direct'; readonly range: Prefix; readonly hop: string }
  | { readonly kind: 'tunnel'; readonly range: Prefix; readonly peer: Peer; readonly endpoint: Endpoint }
  /** Nothing may leave unencrypted. */
  | { readonly kind: 'closed'; readonly range: Prefix };

export interface Surroundings {
  readonly mode: Mode;
  /** Those of this node but for its tunnel. */
  readonly links: readonly Link[];
  /** Of this node's own end; undefined while it has none. */
  readonly family: Family | undefined;
}

/** Undefined when there is none: the packets go where the node's other routes lead. */
export function pathOf({ peer, range }: Claim, { mode, links, family }: Surroundings): Path | undefined {
  const { endpoint, addresses } = peer;
  const hop = addresses[range.family];
  const direct: Path | undefined = hop && isOnLink(links, hop) ? { kind: 'direct', range, hop } : undefined;
  const fits = endpoint?.backend === backendOf(mode) && addressOf(endpoint?.address ?? '')?.family === family;
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

/** Whether a link of ours reaches the address without a router. */
export function isOnLink(links: readonly Link[], text: string): boolean {
  const address = addressOf(text);
  if (!address) return false;
  const all = links.filter(({ up }) => up).flatMap(({ addresses }) => addresses);
  const own = all.some(
    (mine) => mine.address.family === address.family && mine.address.value === address.value,
  );
  return (
    !own &&
    all.some(
      ({ prefix: { family, bits, network, last } }) =>
        family === address.family &&
        bits < widthOf(family) &&
        network <= address.value &&
        address.value <= last,
    )
  );
}
