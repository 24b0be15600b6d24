// The part of a family's table that is the same whatever Services there are: maps, sets, and the chains at the kernel's hooks. Called
// by table-model.ts.
// Layout: prerouting and output look the destination up in verdict maps; a chain for each number of backends draws a number and looks
// the backend up. Reasons: a chain per Service makes a transaction quadratic; clients notice ICMP rejects late, so TCP gets a reset;
// a mark on packets would also change their routes, so that a connection's mark says that its source is to be rewritten.
import type { AddressFamily } from '../family.ts';

export const TABLE = 'tiphys-proxy';
const PROTOCOLS = ['tcp', 'udp', 'sctp'];
export const MASQUERADE = '0x4000';

export const tableOf = ({ word }: AddressFamily): string => `${word} ${TABLE}`;

/** Names of what `nft -t list table` shows: chains, maps and sets of clients. */
const NAMED = /^\t(chain|map|set) ([a-z][a-z0-9-]*) \{$/;

/**
 * Empties the table that `listing` shows, in which the sets of `kept` stay as they are: an earlier process's clients keep their
 * endpoints. Without a listing any former table goes.
 */
export function clearance(
  family: AddressFamily,
  listing: string | undefined,
  kept: ReadonlyMap<string, unknown>,
): string {
  const table = tableOf(family);
  if (listing === undefined) return `add table ${table}\ndelete table ${table}\n`;
  const named = listing.split('\n').flatMap((line) => {
    const [, kind = '', name = ''] = NAMED.exec(line) ?? [];
    return kind && !kept.has(name) ? [{ kind, name }] : [];
  });
  // Rules name maps, elements of maps name chains.
  const order = [
    ...named.filter(({ kind }) => kind !== 'chain'),
    ...named.filter(({ kind }) => kind === 'chain'),
  ];
  return `flush table ${table}\n${order.map(({ kind, name }) => `delete ${kind} ${table} ${name}\n`).join('')}`;
}

/**
 * What every table has. `podCidrs` are the ranges of all pods of the cluster. Backends have a map per protocol:
 * nft 1.0.6 takes no rule for a map whose type has `th dport`, unless the rule comes with the map.
 */
export function baseTable(family: AddressFamily, podCidrs: readonly string[]): string {
  const { word: ip, address } = family;
  const table = tableOf(family);
  const pods = `{ ${podCidrs.join(', ')} }`;
  const key = `${address} . inet_proto . inet_service`;
  const destination = `${ip} daddr . meta l4proto . th dport`;
  const backends = (protocol: string) => {
    const [port, type] = [`${protocol} dport`, `${ip} daddr . ${protocol} dport`];
    return `  map eps-${protocol} { typeof ${ip} daddr . ${port} . numgen random mod 2 : ${type}; }
  map npeps-${protocol} { typeof ${port} . numgen random mod 2 : ${type}; }`;
  };
  const nodePort = `${ip} daddr @nodeips meta l4proto . th dport`;
  return `table ${table} {
  map svc { type ${key} : verdict; }
  map insvc { type ${key} : verdict; }
  map noep { type ${key} : verdict; }
  map np { type inet_proto . inet_service : verdict; }
  map innp { type inet_proto . inet_service : verdict; }
  map npnoep { type inet_proto . inet_service : verdict; }
${PROTOCOLS.map(backends).join('\n')}
  set vips { type ${key}; }
  set fw { type ${key}; }
  set fwok { type ${key} . ${address}; flags interval; }
  set cips { type ${address}; }
  set cidrs { type ${address}; flags interval; }
  set nodeips { type ${address}; }
  set hairpin { type ${address} . ${address}; }
  chain services {
    ${ip} saddr != ${pods} ${ip} daddr @cips ct mark set ct mark or ${MASQUERADE}
    ${ip} saddr ${pods} jump inside
    fib saddr type local jump own
    ${destination} vmap @svc
    ${nodePort} vmap @np
  }
  chain inside {
    ${ip} daddr @cips return
    ${destination} vmap @insvc
    ${nodePort} vmap @innp
  }
  chain own {
    ${destination} @vips ct mark set ct mark or ${MASQUERADE}
    goto inside
  }
  chain firewall {
    ${destination} @fw ${destination} . ${ip} saddr != @fwok drop
  }
  chain rej {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain no-ep {
    ${destination} vmap @noep
    ${nodePort} vmap @npnoep
  }
  chain unknown {
    ${ip} daddr @cips goto rej
    ${ip} daddr @cidrs drop
  }
  chain flt-prerouting {
    type filter hook prerouting priority -110; policy accept;
    ct state new jump firewall
  }
  chain flt-sent {
    type filter hook output priority -110; policy accept;
    ct state new jump firewall
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    jump services
  }
  chain output {
    type nat hook output priority -100; policy accept;
    jump services
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ct mark and ${MASQUERADE} == ${MASQUERADE} masquerade fully-random
    ct status dnat ${ip} saddr . ${ip} daddr @hairpin masquerade fully-random
  }
  chain flt-input {
    type filter hook input priority -110; policy accept;
    ct state new jump no-ep
  }
  chain flt-forward {
    type filter hook forward priority -110; policy accept;
    ct state invalid drop
    ct state new jump no-ep
    ct state new jump unknown
  }
  chain flt-output {
    type filter hook output priority -90; policy accept;
    ct state new jump no-ep
    ct state new jump unknown
  }
}
`;
}
