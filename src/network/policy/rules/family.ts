// The tables of the two families. Every family has a table and a model of its own.
import type { Family as Name } from '../../../api/addresses/prefix.ts';
import { type AddressFamily, IPV4 as IP4, IPV6 as IP6 } from '../../family.ts';

export interface Family extends AddressFamily {
  /**
   * What passes whatever the policies say: without neighbour discovery pods on one bridge do not find each other. And what never does:
   * pods of one node have addresses on their link besides those that policies know.
   */
  readonly first: (bridge: string) => readonly string[];
}

export const IPV4: Family = { ...IP4, first: () => [] };

/** From pod to pod of one node. */
const within = (bridge: string): string => `iifname "${bridge}" oifname "${bridge}"`;

const DISCOVERY = 'nd-router-solicit, nd-router-advert, nd-neighbor-solicit, nd-neighbor-advert';
const LINK = 'fe80::/10';
export const IPV6: Family = {
  ...IP6,
  first: (bridge) => [
    `icmpv6 type { ${DISCOVERY} } accept`,
    ...['saddr', 'daddr'].map((end) => `${within(bridge)} ip6 ${end} ${LINK} drop`),
  ],
};

const ALL: Readonly<Record<Name, Family>> = { IPv4: IPV4, IPv6: IPV6 };

export const familiesOf = (names: readonly Name[]): Family[] => names.map((name) => ALL[name]);

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
    ${within(bridge)} drop
  }
}
`;
