// As much of nftables as the policies use, in memory: takes the text of transactions and refuses what the kernel would refuse, and
// tells what becomes of a packet. For tests: what is judged there is the text that a node's kernel gets.
import { addressOf, prefixOf } from '../../api/addresses/prefix.ts';

export interface Packet {
  readonly saddr: string;
  readonly daddr: string;
  readonly protocol: string;
  readonly sport: number;
  readonly dport: number;
  /** It answers whoever opened the connection. */
  readonly reply?: boolean;
  /** The connection's destination was rewritten. */
  readonly dnat?: boolean;
  readonly related?: boolean;
  /** Type of a packet of ICMPv6. */
  readonly icmpv6?: string;
  readonly iif?: string;
  readonly oif?: string;
}

interface Chain {
  readonly priority?: number;
  rules: string[][];
}

interface Table {
  readonly sets: Map<string, { readonly kind: string; readonly elements: Map<string, string> }>;
  readonly chains: Map<string, Chain>;
}

type Verdict = 'accept' | 'drop' | undefined;

export class FakeNft {
  #tables = new Map<string, Table>();

  get tables(): string[] {
    return [...this.#tables.keys()];
  }

  /** Everything that a table holds, in a fixed order. */
  describe(name: string): object {
    const table = this.#table(name);
    const sorted = <T>(map: Map<string, T>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
    return {
      chains: sorted(table.chains),
      sets: sorted(table.sets).map(([set, { elements }]) => [set, sorted(elements)]),
    };
  }

  /** One transaction: all of it, or an error and nothing. */
  run(text: string): void {
    const before = this.#tables;
    this.#tables = structuredClone(before);
    try {
      for (const line of flat(text)) this.#command(line);
      for (const table of this.#tables.values()) checkReferences(table);
    } catch (error) {
      this.#tables = before;
      throw error;
    }
  }

  /** What the forward hook makes of a packet. */
  forward(table: string, packet: Packet): 'accept' | 'drop' {
    const found = this.#tables.get(table);
    const hooks = [...(found?.chains.values() ?? [])].filter(({ priority }) => priority !== undefined);
    hooks.sort((a, b) => a.priority! - b.priority!);
    return hooks.some((chain) => judge(found!, chain, packet) === 'drop') ? 'drop' : 'accept';
  }

  #table(name: string): Table {
    const found = this.#tables.get(name);
    if (!found) throw new Error(`no table ${name}`);
    return found;
  }

  #command(line: string): void {
    const [verb = '', object = '', family, table, name = '', ...rest] = line.split(' ');
    const key = `${family} ${table}`;
    if (object === 'table') {
      if (verb === 'delete') this.#tables.delete(key);
      else if (!this.#tables.has(key)) this.#tables.set(key, { sets: new Map(), chains: new Map() });
      return;
    }
    const { sets, chains } = this.#table(key);
    if (object === 'element') return element(sets, verb, name, rest.join(' '));
    if (object === 'set' || object === 'map') {
      if (verb === 'add') return put(sets, name, { kind: object, elements: new Map() });
      return take(sets, name);
    }
    if (object === 'rule') return void get(chains, name).rules.push(rest);
    if (verb === 'flush') get(chains, name).rules = [];
    else if (verb === 'delete') take(chains, name);
    else {
      const priority = /priority (-?\d+)/.exec(rest.join(' '))?.[1];
      put(chains, name, { ...(priority && { priority: Number(priority) }), rules: [] });
    }
  }
}

/** Nested blocks as single commands. */
function flat(text: string): string[] {
  const nested = /table (\S+ \S+) \{\n {2}chain (\S+) \{\n +(type .*;)\n((?: {4}.*\n)*) {2}\}\n\}\n/;
  const commands = text.replace(nested, (_, table: string, chain: string, hook: string, rules: string) => {
    const lines = rules.trim().split('\n');
    const added = lines.map((rule) => `add rule ${table} ${chain} ${rule.trim()}`);
    return ['', `add table ${table}`, `add chain ${table} ${chain} { ${hook} }`, ...added, ''].join('\n');
  });
  return commands.split('\n').filter(Boolean);
}

function get<T>(map: Map<string, T>, name: string): T {
  const found = map.get(name);
  if (!found) throw new Error(`there is no ${name}`);
  return found;
}

function put<T>(map: Map<string, T>, name: string, value: T): void {
  if (map.has(name)) throw new Error(`there is a ${name} already`);
  map.set(name, value);
}

function take(map: Map<string, unknown>, name: string): void {
  if (!map.delete(name)) throw new Error(`there is no ${name}`);
}

function element(sets: Table['sets'], verb: string, name: string, list: string): void {
  const { elements } = get(sets, name);
  for (const text of list.slice(1, -1).split(',')) {
    const [key = '', value = ''] = text.trim().split(' : ');
    if (verb === 'delete') take(elements, key);
    else put(elements, key, value);
  }
}

function checkReferences({ sets, chains }: Table): void {
  const rules = [...chains.values()].flatMap((chain) => chain.rules);
  for (const word of rules.flat()) if (word.startsWith('@')) get(sets, word.slice(1));
  const targets = [...sets.values()].flatMap(({ elements }) => [...elements.values()].filter(Boolean));
  for (const verdict of [...targets, ...rules.map((rule) => rule.slice(-2).join(' '))]) {
    const [verb, target = ''] = verdict.split(' ');
    if (verb === 'goto' || verb === 'jump') get(chains, target);
  }
}

function judge(table: Table, chain: Chain, packet: Packet): Verdict {
  for (const rule of chain.rules) {
    const verdict = apply(table, rule, packet);
    if (verdict === 'accept' || verdict === 'drop') return verdict;
    const [verb, target = ''] = verdict?.split(' ') ?? [];
    if (!verb) continue;
    const below = judge(table, get(table.chains, target), packet);
    if (below || verb === 'goto') return below;
  }
  return undefined;
}

/** The rule's verdict if all of it matches. */
function apply(table: Table, rule: readonly string[], packet: Packet): string | undefined {
  const words = [...rule];
  const field = () => {
    if (words[0]!.endsWith('ifname')) return (words.shift() === 'iifname' ? packet.iif : packet.oif) ?? '';
    return fieldOf(words.shift()!, words.shift()!, packet);
  };
  while (words.length > 0) {
    if (['accept', 'drop', 'jump', 'goto'].includes(words[0]!)) return words.join(' ');
    const key = [field()];
    while (words[0] === '.') {
      words.shift();
      key.push(field());
    }
    if (words[0] === 'vmap') return elementOf(table, words[1]!, key);
    const negated = words[0] === '!' && words.shift();
    const value = words[0] === '{' ? anonymous(words) : words.shift()!.replaceAll('"', '');
    const matches = value.startsWith('@')
      ? elementOf(table, value, key) !== undefined
      : within(key[0]!, value);
    if (negated ? matches : !matches) return undefined;
  }
  return undefined;
}

function fieldOf(word: string, name: string, packet: Packet): string {
  const { reply, dnat, related } = packet;
  const fields: Record<string, string> = {
    'meta l4proto': packet.protocol,
    'th sport': String(packet.sport),
    'th dport': String(packet.dport),
    'ct direction': reply ? 'reply' : 'original',
    'ct status': dnat ? 'dnat' : '',
    'ct state': related ? 'related' : 'new',
    'icmpv6 type': packet.icmpv6 ?? '',
  };
  if (name === 'saddr' || name === 'daddr') return packet[name];
  const found = fields[`${word} ${name}`];
  if (found === undefined) throw new Error(`unknown field ${word} ${name}`);
  return found;
}

function elementOf(table: Table, set: string, key: readonly string[]): string | undefined {
  for (const [text, value] of get(table.sets, set.slice(1)).elements)
    if (text.split(' . ').every((part, i) => within(key[i]!, part))) return value;
  return undefined;
}

/** The elements of a set without a name, from its braces. */
const anonymous = (words: string[]): string =>
  words
    .splice(0, words.indexOf('}') + 1)
    .slice(1, -1)
    .join('');

/** `value` is a word, a number, an address, or a range of these. */
function within(text: string, value: string): boolean {
  if (text === value || value.split(',').includes(text)) return true;
  const prefix = value.includes('/') ? prefixOf(value) : undefined;
  if (prefix) return prefix.network <= (order(text) ?? -1n) && (order(text) ?? -1n) <= prefix.last;
  const [first = '', last = first] = value.split('-');
  const [at, from, to] = [order(text), order(first), order(last)];
  return at !== undefined && from !== undefined && to !== undefined && from <= at && at <= to;
}

const known = new Map<string, bigint | undefined>();

function order(text: string): bigint | undefined {
  if (!known.has(text)) known.set(text, /^\d+$/.test(text) ? BigInt(text) : addressOf(text)?.value);
  return known.get(text);
}
