// Turns frontends into the elements of nftables maps. The rules themselves are few and static (ruleset.ts): one chain per
// number of backends, so that a change touches map elements only and a table of 10,000 Services stays fast.
import type { Frontend } from './frontends.ts';

/** The elements of each map: map name → key → value (empty for sets). */
export type Elements = ReadonlyMap<MapName, ReadonlyMap<string, string>>;
export type MapName = 'svc' | 'eps' | 'np' | 'npeps' | 'cips' | 'hairpin' | 'noep' | 'npnoep';

/** A chain that spreads over `count` backends. */
export interface SpreadChain {
  readonly kind: 'cluster' | 'node' | 'node-local';
  readonly count: number;
  /** Affinity in seconds, 0 for none. */
  readonly affinity: number;
}

export interface Rules {
  readonly elements: Elements;
  readonly chains: ReadonlyMap<string, SpreadChain>;
}

export function chainName(chain: SpreadChain): string {
  const prefix = { cluster: 'c', node: 'n', 'node-local': 'l' }[chain.kind];
  return chain.affinity ? `${prefix}${chain.count}t${chain.affinity}` : `${prefix}${chain.count}`;
}

/** The rules for all frontends of a node. When two claim one address and port, the first keeps it. */
export function rulesFor(frontends: readonly Frontend[]): Rules {
  const elements = new Map<MapName, Map<string, string>>();
  for (const name of ['svc', 'eps', 'np', 'npeps', 'cips', 'hairpin', 'noep', 'npnoep'] as const)
    elements.set(name, new Map());
  const chains = new Map<string, SpreadChain>();
  const put = (map: MapName, key: string, value = '') => void elements.get(map)!.set(key, value);

  for (const f of frontends) {
    const onNode = f.address === 'node';
    const key = onNode ? `${f.protocol} . ${f.port}` : `${f.address} . ${f.protocol} . ${f.port}`;
    const claims = elements.get(onNode ? 'np' : 'svc')!;
    if (claims.has(key)) continue;
    if (!onNode) put('cips', f.address);
    if (f.backends.length === 0) {
      put(onNode ? 'npnoep' : 'noep', key, f.otherwise === 'drop' ? 'drop' : 'goto rej');
      continue;
    }
    const kind = !onNode ? 'cluster' : f.masquerade ? 'node' : 'node-local';
    const chain: SpreadChain = { kind, count: f.backends.length, affinity: f.affinity };
    chains.set(chainName(chain), chain);
    claims.set(key, `goto ${chainName(chain)}`);
    f.backends.forEach((backend, i) => {
      put(onNode ? 'npeps' : 'eps', `${key} . ${i}`, `${backend.ip} . ${backend.port}`);
      if (backend.local) put('hairpin', `${backend.ip} . ${backend.ip}`);
    });
  }
  return { elements, chains };
}
