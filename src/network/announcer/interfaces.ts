// What `ip -json address` says: which interface an announced address belongs on, and which ones are there. Pure.
import { inNetwork } from '../balanced-addresses/ranges.ts';

export interface Interface {
  readonly ifindex: number;
  readonly ifname: string;
  /** Ethernet address. */
  readonly address?: string;
  readonly addr_info?: readonly { readonly local?: string; readonly prefixlen?: number }[];
}

/** Whether a whole address on this interface is one that was announced. */
export type IsAnnounced = (address: string, ifname: string) => boolean;

/** The whole address, without a network: as announced ones are written. */
export const isWhole = (local: string, prefixlen: number | undefined): boolean =>
  prefixlen === (local.includes(':') ? 128 : 32);

/** The announced addresses that an interface of the node has, and which one. */
export function heldAddresses(
  interfaces: readonly Interface[],
  isAnnounced: IsAnnounced,
): Map<string, Interface> {
  const held = new Map<string, Interface>();
  for (const one of interfaces)
    for (const { local = '', prefixlen } of one.addr_info ?? [])
      if (isWhole(local, prefixlen) && isAnnounced(local, one.ifname)) held.set(local, one);
  return held;
}

/** The interface in whose network the address is, else the one with the node's own address. */
export function interfaceFor(
  address: string,
  nodeAddress: string,
  interfaces: readonly Interface[],
): Interface | undefined {
  const ethernet = interfaces.filter((one) => one.address && one.ifname !== 'lo');
  return ethernet.find((one) => hasNetworkOf(one, address)) ?? ethernet.find((one) => has(one, nodeAddress));
}

const has = ({ addr_info = [] }: Interface, address: string) =>
  addr_info.some(({ local }) => local === address);

const hasNetworkOf = ({ addr_info = [] }: Interface, address: string): boolean =>
  addr_info.some(
    ({ local = '', prefixlen = 0 }) =>
      !isWhole(local, prefixlen) && inNetwork(`${local}/${prefixlen}`, address),
  );
