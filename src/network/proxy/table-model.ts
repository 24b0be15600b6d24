// What the table of one family must hold, and what has changed since it was last written: a change costs what it changes. Called by
// proxy.ts.
import { type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { AddressFamily } from '../family.ts';
import { Claims, type Element } from './claims.ts';
import { Fronts, orderOf, serviceOf } from './fronts.ts';
import type { Elements, ServiceRules } from './service-rules.ts';
import { Shared } from './shared.ts';
import { outermost } from './source-ranges.ts';
import { baseTable, clearance, tableOf } from './table.ts';

/** Owners of what no Service wants, and of what only the holder of a front has; no Service's key is one of them. */
const [NODE, HOLDER] = ['', 'front'];
const NONE: Elements = new Map();
/** Elements in one command. */
const AT_ONCE = 1_000;

export class TableModel {
  readonly family: AddressFamily;
  readonly #podCidrs: readonly string[];
  readonly #services = new Map<string, { readonly rules: ServiceRules; readonly created: string }>();
  readonly #fronts = new Fronts();
  /** Of each front the elements that are claimed. */
  readonly #held = new Map<string, Elements>();
  readonly #claims = new Claims();
  readonly #chains = new Shared<readonly string[]>((a, b) => a.join('\n') === b.join('\n'));
  readonly #clients = new Shared<true>(() => true);
  #node = new Map<string, string>();

  constructor(family: AddressFamily, podCidrs: readonly string[]) {
    this.family = family;
    this.#podCidrs = podCidrs;
  }

  /** Undefined rules: the Service is gone. `created`: its time, by which the older of two has what both want. */
  setService(key: string, rules: ServiceRules | undefined, created = ''): void {
    const old = this.#services.get(key);
    if (rules && rules.fronts.size > 0) this.#services.set(key, { rules, created });
    else this.#services.delete(key);
    this.#setFronts(key, rules?.fronts ?? new Map(), created, old);
    for (const element of rules?.elements.keys() ?? []) this.#claims.claim(key, element, '');
    for (const element of old?.rules.elements.keys() ?? [])
      if (!rules?.elements.has(element)) this.#claims.release(key, element);
    for (const [name, body] of rules?.chains ?? []) this.#chains.use(name, body);
    for (const name of rules?.clients ?? []) this.#clients.use(name, true);
    for (const name of old?.rules.chains.keys() ?? []) this.#chains.drop(name);
    for (const name of old?.rules.clients ?? []) this.#clients.drop(name);
  }

  #setFronts(
    key: string,
    fronts: ServiceRules['fronts'],
    created: string,
    old: { readonly rules: ServiceRules; readonly created: string } | undefined,
  ): void {
    for (const [front, { rank }] of fronts) this.#fronts.want(front, orderOf(rank, created, key));
    for (const [front, { rank }] of old?.rules.fronts ?? []) {
      const now = fronts.get(front);
      if (now?.rank !== rank || old!.created !== created)
        this.#fronts.giveUp(front, orderOf(rank, old!.created, key));
      if (!now) this.#hold(front);
    }
    for (const front of fronts.keys()) this.#hold(front);
  }

  /** The elements of a front are its holder's. */
  #hold(front: string): void {
    const holder = this.#fronts.holderOf(front);
    const wanted =
      holder === undefined
        ? undefined
        : this.#services.get(serviceOf(holder))?.rules.fronts.get(front)?.elements;
    const held = this.#held.get(front) ?? NONE;
    for (const [element, value] of wanted ?? []) this.#claims.claim(HOLDER, element, value);
    for (const element of held.keys()) if (!wanted?.has(element)) this.#claims.release(HOLDER, element);
    if (wanted) this.#held.set(front, wanted);
    else this.#held.delete(front);
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
