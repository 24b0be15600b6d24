// The tables of the two families. Every family has a table and a model of its own.
import { type AddressFamily, IPV4 as IP4, IPV6 as IP6 } from '../../family.ts';

export interface Family extends AddressFamily {
  /** What passes whatever the policies say: without neighbour discovery pods on one bridge do not find each other. */
  readonly always: readonly string[];
}

export const IPV4: Family = { ...IP4, always: [] };

const DISCOVERY = 'nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert';
export const IPV6: Family = { ...IP6, always: [`icmpv6 type { ${DISCOVERY} } accept`] };

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
