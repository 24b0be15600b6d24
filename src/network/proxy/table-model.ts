// What the table of one family must hold, and what has changed since it was last written: a change costs what it changes. Called by
// proxy.ts.
import { type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { AddressFamily } from '../family.ts';
import { Claims, type Element } from './claims.ts';
import type { ServiceRules } from './service-rules.ts';
import { Shared } from './shared.ts';
import { outermost } from './source-ranges.ts';
import { baseTable, clearance, tableOf } from './table.ts';

/** Owner of what no Service wants. Comes before all of their keys. */
const NODE = '';
/** How owners begin: what belongs to a Service's cluster IP is nobody else's, though he names it as an external address of his. */
const [FIRST, THEN] = ['1 ', '2 '];
/** Elements in one command. */
const AT_ONCE = 1_000;

export class TableModel {
  readonly family: AddressFamily;
  readonly #podCidrs: readonly string[];
  readonly #services = new Map<string, ServiceRules>();
  readonly #claims = new Claims();
  readonly #chains = new Shared<readonly string[]>((a, b) => a.join('\n') === b.join('\n'));
  readonly #clients = new Shared<true>(() => true);
  #node = new Map<string, string>();

  constructor(family: AddressFamily, podCidrs: readonly string[]) {
    this.family = family;
    this.#podCidrs = podCidrs;
  }

  /** Undefined rules: the Service is gone. */
  setService(key: string, rules: ServiceRules | undefined): void {
    const old = this.#services.get(key);
    const owner = (of: ServiceRules, element: string) => (isOfClusterIP(of, element) ? FIRST : THEN) + key;
    for (const [element, value] of rules?.elements ?? [])
      this.#claims.claim(owner(rules!, element), element, value);
    for (const element of old?.elements.keys() ?? []) {
      const before = owner(old!, element);
      if (!rules?.elements.has(element) || owner(rules, element) !== before)
        this.#claims.release(before, element);
    }
    for (const [name, body] of rules?.chains ?? []) this.#chains.use(name, body);
    for (const name of rules?.clients ?? []) this.#clients.use(name, true);
    for (const name of old?.chains.keys() ?? []) this.#chains.drop(name);
    for (const name of old?.clients ?? []) this.#clients.drop(name);
    if (rules && rules.elements.size > 0) this.#services.set(key, rules);
    else this.#services.delete(key);
  }

  /** The addresses on which node ports answer. */
  setNode(addresses: readonly string[]): void {
    this.#setOwn('nodeips', new Map(addresses.map((address) => [address, ''])));
  }

  /** Whose unused addresses lead nowhere. */
  setServiceCidrs(cidrs: readonly string[]): void {
    const ranges = cidrs.flatMap((cidr): Prefix[] => {
      const range = prefixOf(cidr);
      return range?.family === this.family.name ? [range] : [];
    });
    this.#setOwn('cidrs', new Map(outermost(ranges).map((range) => [prefixText(range), ''])));
  }

  /**
   * The whole table, whatever there was before; `listing` is how nft shows that (`nft -t list table`). Nothing may change until it is
   * read.
   */
  *takeAll(listing?: string): Generator<string> {
    const clients = this.#clients.takeAll();
    yield clearance(this.family, listing, clients.set);
    yield baseTable(this.family, this.#podCidrs);
    yield* this.#write(clients, this.#chains.takeAll(), [], this.#claims.takeAll());
  }

  /** What turns the table as it was written last into the one that is wanted. */
  *takeChanges(): Generator<string> {
    const { gone, added } = this.#claims.takeChanges();
    yield* this.#write(this.#clients.takeChanges(), this.#chains.takeChanges(), gone, added);
  }

  /** Before anything names them, sets and chains are made; nothing is deleted while something may still name it. */
  *#write(
    clients: Changes<true>,
    chains: Changes<readonly string[]>,
    gone: readonly string[],
    added: Iterable<Element>,
  ): Generator<string> {
    const table = tableOf(this.family);
    for (const name of clients.set.keys())
      yield `add set ${table} ${name} { type ${this.family.address}; flags dynamic,timeout; timeout 3h; size 65535; }\n`;
    for (const name of chains.set.keys()) yield `add chain ${table} ${name}\nflush chain ${table} ${name}\n`;
    for (const [name, body] of chains.set)
      yield body.map((rule) => `add rule ${table} ${name} ${rule}\n`).join('');
    yield* elementLines(
      `delete element ${table}`,
      gone.map((key) => [key, '']),
    );
    yield* elementLines(`add element ${table}`, added);
    for (const name of chains.gone) yield `flush chain ${table} ${name}\n`;
    for (const name of chains.gone) yield `delete chain ${table} ${name}\n`;
    for (const name of clients.gone) yield `delete set ${table} ${name}\n`;
  }

  #setOwn(map: string, elements: ReadonlyMap<string, string>): void {
    for (const key of [...this.#node.keys()])
      if (key.startsWith(`${map} `) && !elements.has(key.slice(map.length + 1))) {
        this.#claims.release(NODE, key);
        this.#node.delete(key);
      }
    for (const [element, value] of elements) {
      const key = `${map} ${element}`;
      this.#claims.claim(NODE, key, value);
      this.#node.set(key, value);
    }
  }
}

interface Changes<T> {
  readonly set: ReadonlyMap<string, T>;
  readonly gone: readonly string[];
}

/** One command for many elements of a map. */
function* elementLines(verb: string, elements: Iterable<Element>): Generator<string> {
  const byMap = new Map<string, string[]>();
  const line = (map: string, texts: readonly string[]) => `${verb} ${map} { ${texts.join(', ')} }\n`;
  for (const [key, value] of elements) {
    const space = key.indexOf(' ');
    const map = key.slice(0, space);
    const text = key.slice(space + 1);
    const texts = byMap.get(map) ?? [];
    texts.push(value ? `${text} : ${value}` : text);
    if (texts.length < AT_ONCE) byMap.set(map, texts);
    else {
      byMap.delete(map);
      yield line(map, texts);
    }
  }
  for (const [map, texts] of byMap) yield line(map, texts);
}

/** By the address with which a key of most maps begins. */
function isOfClusterIP({ elements }: ServiceRules, element: string): boolean {
  const from = element.indexOf(' ') + 1;
  const to = element.indexOf(' ', from);
  return elements.has(`cips ${to < 0 ? element.slice(from) : element.slice(from, to)}`);
}
