// The two families of addresses as nftables names them, and the canonical text of an address. Used by policy/ and proxy/: every family
// has a table of its own.
import net from 'node:net';
import { type Address, addressOf, addressText, type Family as Name } from '../api/addresses/prefix.ts';

export interface AddressFamily {
  readonly name: Name;
  /** Family of the table, and word for the fields of the header. */
  readonly word: 'ip' | 'ip6';
  /** Type of a set's elements. */
  readonly address: 'ipv4_addr' | 'ipv6_addr';
  readonly bits: 32 | 128;
  readonly loopback: string;
}

export const IPV4: AddressFamily = {
  name: 'IPv4',
  word: 'ip',
  address: 'ipv4_addr',
  bits: 32,
  loopback: '127.0.0.0/8',
};

export const IPV6: AddressFamily = {
  name: 'IPv6',
  word: 'ip6',
  address: 'ipv6_addr',
  bits: 128,
  loopback: '::1',
};

/** Security: addresses come from fields that users and nodes write, and become input of root's `nft`. The canonical text, or nothing. */
export function canonical(text: string): { family: Name; text: string } | undefined {
  // It takes one spelling of an address only.
  if (net.isIPv4(text)) return { family: 'IPv4', text };
  const address: Address | undefined = addressOf(text);
  return address && { family: address.family, text: addressText(address) };
}
