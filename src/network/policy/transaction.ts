// The text of nft transactions: the whole table, or what turns the table as it was written last into the one that is wanted. The
// kernel takes a transaction as a whole, so every packet meets the old rules or the new ones. Called by writer.ts.
import type { ElementSet } from './element-set.ts';
import { verdictMap, type Wanted } from './model.ts';
import { type Family, removal, tableOf } from './rules/family.ts';

/** What a table holds after a transaction. */
export interface Written {
  readonly sets: ReadonlySet<ElementSet>;
  readonly chains: ReadonlyMap<string, readonly string[]>;
}

export interface Transaction {
  /** Empty when nothing has changed. */
  readonly text: string;
  /** Undefined when there is no table afterwards. */
  readonly written: Written | undefined;
}

/** `written` is undefined where there is no table; 'unknown' after a failure, and at the start. `bridge`: of the node's pods. */
export function transaction(
  family: Family,
  written: Written | 'unknown' | undefined,
  wanted: Wanted,
  bridge: string,
): Transaction {
  const table = tableOf(family);
  if (!wanted.isolates) return { text: written ? removal(family) : '', written: undefined };
  const known = written === 'unknown' ? undefined : written;
  const { before, middle, after } = parts(table, known, wanted);
  const lines = known
    ? [...before, ...middle, ...after]
    : [
        `add table ${table}`,
        `delete table ${table}`,
        `add table ${table}`,
        ...before,
        ...frame(table, family, bridge),
        ...middle,
      ];
  return {
    text: lines.length > 0 ? `${lines.join('\n')}\n` : '',
    written: { sets: new Set(wanted.sets), chains: wanted.chains },
  };
}

/** Before anything names them, sets and chains are made; nothing is deleted while something may still name it. */
function parts(table: string, written: Written | undefined, { sets, chains }: Wanted) {
  const before: string[] = [];
  const middle: string[] = [];
  const elements: string[] = [];
  for (const set of sets) {
    const { name, kind, type } = set.declaration;
    const isNew = !written?.sets.has(set);
    if (isNew) before.push(`add ${kind} ${table} ${name} { type ${type}; }`);
    const { gone, added } = isNew ? { gone: [], added: set.takeAll() } : set.takeChanges();
    if (gone.length > 0) middle.push(`delete element ${table} ${name} { ${gone.join(', ')} }`);
    if (added.length > 0) elements.push(`add element ${table} ${name} { ${added.join(', ')} }`);
  }
  const removed = [...(written?.chains.keys() ?? [])].filter((name) => !chains.has(name));
  for (const name of chains.keys()) if (!written?.chains.has(name)) before.push(`add chain ${table} ${name}`);
  for (const name of removed) middle.push(`flush chain ${table} ${name}`);
  for (const [name, rules] of chains) {
    const old = written?.chains.get(name);
    if (old === rules) continue;
    if (old) middle.push(`flush chain ${table} ${name}`);
    for (const rule of rules) middle.push(`add rule ${table} ${name} ${rule}`);
  }
  const used = new Set(sets);
  const unused = [...(written?.sets ?? [])].filter((set) => !used.has(set));
  return {
    before,
    middle: [...middle, ...elements],
    after: [
      ...removed.map((name) => `delete chain ${table} ${name}`),
      ...unused.map(({ declaration: { name, kind } }) => `delete ${kind} ${table} ${name}`),
    ],
  };
}

/**
 * The hooks: what leaves a pod, and what reaches one. Only forwarded packets: what the node itself sends to its pods, and gets from
 * them, is not judged. `accept` in one of the two chains leaves the packet to the other. Packets between pods of one node come here
 * through br_netfilter. A packet that belongs to no known connection is judged as one that opens one.
 */
function frame(table: string, { word, first }: Family, bridge: string): string[] {
  const hook = (name: string, priority: number, back: string, there: string) => [
    `add chain ${table} ${name}-back`,
    `add rule ${table} ${name}-back ${back}`,
    `add chain ${table} ${name} { type filter hook forward priority ${priority}; policy accept; }`,
    ...first(bridge).map((rule) => `add rule ${table} ${name} ${rule}`),
    `add rule ${table} ${name} ct state related accept`,
    `add rule ${table} ${name} ct direction reply goto ${name}-back`,
    `add rule ${table} ${name} ${there}`,
  ];
  const look = (field: string, map: string) => `${word} ${field} vmap @${map}`;
  return [
    ...hook(
      'from-pods',
      0,
      look('daddr', verdictMap('egress', 'back')),
      look('saddr', verdictMap('egress', 'there')),
    ),
    ...hook(
      'to-pods',
      1,
      look('saddr', verdictMap('ingress', 'back')),
      look('daddr', verdictMap('ingress', 'there')),
    ),
  ];
}
