// How large a packet of a pod may be, so that it fits the links between nodes together with what a tunnel puts around it. Pure.
import type { Family } from '../../api/addresses/prefix.ts';
import type { Backend } from './annotation.ts';
import type { Mode } from './paths.ts';

/** Bytes of the outer headers. VXLAN: IP, UDP (8), VXLAN (8) and Ethernet (14). WireGuard: IP, UDP (8) and its own 32. */
const OVERHEAD: Readonly<Record<Backend, Readonly<Record<Family, number>>>> = {
  vxlan: { IPv4: 50, IPv6: 70 },
  wireguard: { IPv4: 60, IPv6: 80 },
};

/** Of pods whose packets leave by a link of `underlay` bytes, through tunnels of `backend` unless that is undefined. */
export const podMtu = (underlay: number, backend: Backend | undefined, family: Family): number =>
  backend ? underlay - OVERHEAD[backend][family] : underlay;

/** While no other node is known; `auto` may turn out to need tunnels later. */
export function firstPodMtu(underlay: number, mode: Mode | 'none', address: string): number {
  const backend = mode === 'vxlan' || mode === 'wireguard' ? mode : undefined;
  return podMtu(underlay, backend, address.includes(':') ? 'IPv6' : 'IPv4');
}
