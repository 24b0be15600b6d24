// The text of nft transactions: the static table, the chains that pick a backend, and the difference between two sets of
// elements. Called by proxy.ts.
// Layout: prerouting and output look the destination up in verdict maps; a chain per number of backends picks an index at
// random and looks the backend up. Reasons: a chain per Service makes a transaction quadratic; clients notice ICMP rejects
// late, so TCP gets a reset; the meta mark carries the index, so the ct mark carries the masquerade bit.
import type { AddressFamily } from '../family.ts';
import { chainName, type Elements, type MapName, type Rules, type SpreadChain } from './rules.ts';

export const TABLE = 'tiphys-proxy';
const MASQUERADE = '0x4000';

export const tableOf = ({ word }: AddressFamily): string => `${word} ${TABLE}`;

/** An empty table that replaces any former one. `podCidrs` are the ranges of all pods of the cluster. */
export function baseTable(family: AddressFamily, podCidrs: readonly string[]): string {
  const { word: ip, address, loopback } = family;
  const table = tableOf(family);
  const pods = `{ ${podCidrs.join(', ')} }`;
  return `add table ${table}
delete table ${table}
table ${table} {
  map svc { type ${address} . inet_proto . inet_service : verdict; }
  map insvc { type ${address} . inet_proto . inet_service : verdict; }
  map eps { type ${address} . inet_proto . inet_service . mark : ${address} . inet_service; }
  map np { type inet_proto . inet_service : verdict; }
  map innp { type inet_proto . inet_service : verdict; }
  map npeps { type inet_proto . inet_service . mark : ${address} . inet_service; }
  map aff { type ${address} . ${address} . inet_proto . inet_service : mark; flags dynamic,timeout; timeout 3h; size 65535; }
  map npaff { type ${address} . inet_proto . inet_service : mark; flags dynamic,timeout; timeout 3h; size 65535; }
  set cips { type ${address}; }
  set hairpin { type ${address} . ${address}; }
  map noep { type ${address} . inet_proto . inet_service : verdict; }
  map npnoep { type inet_proto . inet_service : verdict; }
  chain services {
    ${ip} saddr != ${pods} ${ip} daddr @cips ct mark set ct mark or ${MASQUERADE}
    ${ip} saddr ${pods} jump inside
    fib saddr type local jump inside
    ${ip} daddr . meta l4proto . th dport vmap @svc
    ${ip} daddr != ${loopback} fib daddr type local meta l4proto . th dport vmap @np
  }
  chain inside {
    ${ip} daddr . meta l4proto . th dport vmap @insvc
    ${ip} daddr != ${loopback} fib daddr type local meta l4proto . th dport vmap @innp
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
  chain rej {
    meta l4proto tcp reject with tcp reset
    reject
  }
  chain no-ep {
    ${ip} daddr . meta l4proto . th dport vmap @noep
    ${ip} daddr != ${loopback} fib daddr type local meta l4proto . th dport vmap @npnoep
  }
  chain flt-input {
    type filter hook input priority -110; policy accept;
    ct state new jump no-ep
  }
  chain flt-forward {
    type filter hook forward priority -110; policy accept;
    ct state new jump no-ep
    ct state new ${ip} daddr @cips goto rej
  }
  chain flt-output {
    type filter hook output priority -90; policy accept;
    ct state new jump no-ep
    ct state new ${ip} daddr @cips goto rej
  }
}
`;
}

/** The commands that turn `applied` into `wanted`; empty when nothing differs. Unused chains stay until the next full write. */
export function difference(family: AddressFamily, applied: Rules, wanted: Rules): string {
  const table = tableOf(family);
  const lines: string[] = [];
  for (const [name, chain] of wanted.chains) if (!applied.chains.has(name)) lines.push(spread(family, chain));
  const removed = new Map<MapName, string[]>();
  const added = new Map<MapName, string[]>();
  for (const [map, elements] of wanted.elements) {
    const before = applied.elements.get(map) ?? new Map<string, string>();
    removed.set(
      map,
      [...before].filter(([k, v]) => elements.get(k) !== v).map(([k]) => k),
    );
    added.set(
      map,
      [...elements].filter(([k, v]) => before.get(k) !== v).map(([k, v]) => (v ? `${k} : ${v}` : k)),
    );
  }
  for (const [map, keys] of removed) if (keys.length) lines.push(elementLine(table, 'delete', map, keys));
  for (const [map, keys] of added) if (keys.length) lines.push(elementLine(table, 'add', map, keys));
  // Affinity entries are indices into the old list of backends.
  if (affinityChanged(applied.elements, removed))
    lines.push(`flush map ${table} aff`, `flush map ${table} npaff`);
  return lines.length ? `${lines.join('\n')}\n` : '';
}

const elementLine = (table: string, verb: 'add' | 'delete', map: MapName, elements: string[]) =>
  `${verb} element ${table} ${map} { ${elements.join(', ')} }`;

function affinityChanged(applied: Elements, removed: ReadonlyMap<MapName, string[]>): boolean {
  for (const [verdicts, inside, backends] of [
    ['svc', 'insvc', 'eps'],
    ['np', 'innp', 'npeps'],
  ] as const)
    for (const key of removed.get(backends) ?? []) {
      const frontend = key.slice(0, key.lastIndexOf(' . '));
      const verdict = applied.get(verdicts)?.get(frontend) ?? applied.get(inside)?.get(frontend);
      if (/t\d+$/.test(verdict ?? '')) return true;
    }
  return false;
}

/** A chain that picks one of `count` backends (with affinity, remembers the choice) and rewrites the destination. */
function spread(family: AddressFamily, chain: SpreadChain): string {
  const table = tableOf(family);
  const { word: ip } = family;
  const name = chainName(chain);
  const onNode = chain.kind !== 'cluster';
  const key = `${onNode ? '' : `${ip} daddr . `}meta l4proto . th dport`;
  const rewrite = `dnat ${ip} to ${key} . meta mark map @${onNode ? 'npeps' : 'eps'}`;
  const draw = `meta mark set numgen random mod ${chain.count}`;
  const hide = chain.kind === 'node' ? [`ct mark set ct mark or ${MASQUERADE}`] : [];
  const rules = (target: string, lines: string[]) =>
    [`add chain ${table} ${target}`, `flush chain ${table} ${target}`].concat(
      lines.map((line) => `add rule ${table} ${target} ${line}`),
    );
  if (!chain.affinity) return rules(name, [...hide, draw, rewrite]).join('\n');
  const remembered = `${ip} saddr . ${key}`;
  const map = onNode ? 'npaff' : 'aff';
  return [
    ...rules(`${name}-do`, [
      `update @${map} { ${remembered} timeout ${chain.affinity}s : meta mark }`,
      rewrite,
    ]),
    ...rules(name, [
      ...hide,
      `meta mark set ${remembered} map @${map} goto ${name}-do`,
      draw,
      `goto ${name}-do`,
    ]),
  ].join('\n');
}
