// The two families of addresses as nftables names them. Every family has a table and a model of its own.
import { type Address, addressOf, addressText, type Family as Name } from '../../../api/addresses/prefix.ts';

export interface Family {
  readonly name: Name;
  /** Family of the table, and word for the fields of the header. */
  readonly word: 'ip' | 'ip6';
  /** Type of a set's elements. */
  readonly address: 'ipv4_addr' | 'ipv6_addr';
  readonly bits: 32 | 128;
  /** What passes whatever the policies say: without neighbour discovery pods on one bridge do not find each other. */
  readonly always: readonly string[];
}

export const IPV4: Family = { name: 'IPv4', word: 'ip', address: 'ipv4_addr', bits: 32, always: [] };

const DISCOVERY = 'nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert';
export const IPV6: Family = {
  name: 'IPv6',
  word: 'ip6',
  address: 'ipv6_addr',
  bits: 128,
  always: [`icmpv6 type { ${DISCOVERY} } accept`],
};

export const TABLE_NAME = 'tiphys-policy';
export const tableOf = ({ word }: Family): string => `${word} ${TABLE_NAME}`;

/** Removes the table whether it is there or not. */
export const removal = (family: Family): string =>
  `add table ${tableOf(family)}\ndelete table ${tableOf(family)}\n`;

/**
 * The table of a family that the cluster does not have. Pods have addresses of it all the same, with which those of one node could reach
 * one another past all policies: fe80::/64 on their bridge.
 */
export const closure = (
  family: Family,
  bridge: string,
): string => `${removal(family)}table ${tableOf(family)} {
  chain forward {
    type filter hook forward priority 0; policy accept;
    iifname "${bridge}" oifname "${bridge}" drop
  }
}
`;

/** Security: addresses come from status fields that nodes write, and become input of root's `nft`. The canonical text, or nothing. */
export function canonical(text: string): { family: Name; text: string } | undefined {
  const address: Address | undefined = addressOf(text);
  return address && { family: address.family, text: addressText(address) };
}
