// What the table of one family must hold, and what has changed since it was last written: a change costs what it changes. Called by
// proxy.ts.
import { type Prefix, prefixOf, prefixText } from '../../api/addresses/prefix.ts';
import type { AddressFamily } from '../family.ts';
import { Claims, type ElementChanges } from './claims.ts';
import type { ServiceRules } from './service-rules.ts';
import { Shared } from './shared.ts';
import { outermost } from './source-ranges.ts';
import { baseTable, tableOf } from './table.ts';

/** Owner of what no Service wants. Comes before all of their keys. */
const NODE = '';
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
    for (const [element, value] of rules?.elements ?? []) this.#claims.claim(key, element, value);
    for (const element of old?.elements.keys() ?? [])
      if (!rules?.elements.has(element)) this.#claims.release(key, element);
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

  /** Health check port of the node → where it is answered. */
  setChecks(checks: ReadonlyMap<number, { readonly address: string; readonly port: number }>): void {
    this.#setOwn('checks', new Map([...checks.keys()].map((port) => [String(port), ''])));
    this.#setOwn(
      'checkers',
      new Map([...checks].map(([port, to]) => [String(port), `${to.address} . ${to.port}`])),
    );
  }

  /** The whole table, whatever there was before. */
  *takeAll(): Generator<string> {
    yield baseTable(this.family, this.#podCidrs);
    yield* this.#write(this.#clients.takeAll(), this.#chains.takeAll(), this.#claims.takeAll());
  }

  /** What turns the table as it was written last into the one that is wanted. */
  *takeChanges(): Generator<string> {
    yield* this.#write(this.#clients.takeChanges(), this.#chains.takeChanges(), this.#claims.takeChanges());
  }

  /** Before anything names them, sets and chains are made; nothing is deleted while something may still name it. */
  *#write(
    clients: Changes<true>,
    chains: Changes<readonly string[]>,
    elements: ElementChanges,
  ): Generator<string> {
    const table = tableOf(this.family);
    for (const name of clients.set.keys())
      yield `add set ${table} ${name} { type ${this.family.address}; flags dynamic,timeout; timeout 3h; size 65535; }\n`;
    for (const name of chains.set.keys()) yield `add chain ${table} ${name}\nflush chain ${table} ${name}\n`;
    for (const [name, body] of chains.set)
      yield body.map((rule) => `add rule ${table} ${name} ${rule}\n`).join('');
    yield* elementLines(`delete element ${table}`, elements.gone);
    yield* elementLines(
      `add element ${table}`,
      elements.added.map(([key, value]) => (value ? `${key} : ${value}` : key)),
    );
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

/** `lines` begin with the name of the map. */
function* elementLines(verb: string, lines: readonly string[]): Generator<string> {
  const byMap = new Map<string, string[]>();
  for (const line of lines) {
    const space = line.indexOf(' ');
    const map = line.slice(0, space);
    const found = byMap.get(map);
    if (found) found.push(line.slice(space + 1));
    else byMap.set(map, [line.slice(space + 1)]);
  }
  for (const [map, keys] of byMap)
    for (let i = 0; i < keys.length; i += AT_ONCE)
      yield `${verb} ${map} { ${keys.slice(i, i + AT_ONCE).join(', ')} }\n`;
}
