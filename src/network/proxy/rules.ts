// Turns frontends into elements of nftables maps. The rules themselves are few and static (ruleset.ts): one chain per number of
// backends. So a change touches map elements only, and a table of 10,000 Services stays fast. Pure; called by proxy.ts.
import type { Frontend } from './frontends.ts';

/** The elements of each map: map name → key → value (empty for sets). */
export type Elements = ReadonlyMap<MapName, ReadonlyMap<string, string>>;
export type MapName = (typeof MAPS)[number];
const MAPS = ['svc', 'insvc', 'eps', 'np', 'innp', 'npeps', 'cips', 'hairpin', 'noep', 'npnoep'] as const;

/** A chain that picks one of `count` backends at random. */
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

/** The rules for all frontends of a node. When two claim one address and port, the first gets it. */
export function rulesFor(frontends: readonly Frontend[]): Rules {
  const elements = new Map<MapName, Map<string, string>>();
  for (const name of MAPS) elements.set(name, new Map());
  const chains = new Map<string, SpreadChain>();
  const put = (map: MapName, key: string, value = '') => void elements.get(map)!.set(key, value);

  const spreadBy = (chain: SpreadChain) => {
    chains.set(chainName(chain), chain);
    return `goto ${chainName(chain)}`;
  };
  const claimed = new Set<string>();
  for (const f of frontends) {
    const onNode = f.address === 'node';
    const key = onNode ? `${f.protocol} . ${f.port}` : `${f.address} . ${f.protocol} . ${f.port}`;
    if (claimed.has(key)) continue;
    const backends = f.inside ?? f.backends;
    if (f.backends.length === 0)
      put(onNode ? 'npnoep' : 'noep', key, f.otherwise === 'drop' ? 'drop' : 'goto rej');
    if (backends.length > 0) claimed.add(key);
    if (!onNode && !f.inside) put('cips', f.address);
    const { affinity } = f;
    if (f.inside) {
      const kind = onNode ? 'node-local' : 'cluster';
      put(onNode ? 'innp' : 'insvc', key, spreadBy({ kind, count: f.inside.length, affinity }));
    }
    if (f.backends.length > 0) {
      const kind = !onNode ? 'cluster' : f.masquerade ? 'node' : 'node-local';
      put(onNode ? 'np' : 'svc', key, spreadBy({ kind, count: f.backends.length, affinity }));
    }
    backends.forEach((backend, i) => {
      put(onNode ? 'npeps' : 'eps', `${key} . ${i}`, `${backend.ip} . ${backend.port}`);
      if (backend.local) put('hairpin', `${backend.ip} . ${backend.ip}`);
    });
  }
  return { elements, chains };
}
