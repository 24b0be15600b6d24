// Matches of many routes as the model's routes: the data plane finds the most specific host and path of a request and tries nothing else,
// so that each of the model's routes has as branches all matches that can hold there, in order of precedence. Pure; called by
// ../entrances.ts. The work is bounded by what each namespace may use, and is not done again for a host with the same entries.

import type { Steps } from '../../../kit/clock.ts';
import type { Branch, Route } from '../../model/routes.ts';
import { modelHost, wider } from '../hosts.ts';
import { areSame } from '../looks.ts';
import { Tab, type Usage, type Uses } from '../room/usage.ts';
import { byPrecedence, type Entry } from './order.ts';

export interface Flattened {
  readonly routes: readonly Route[];
  readonly charges: Uses;
}

type Remembered = Flattened & { readonly entries: readonly Entry[] };

/** Of one listener. */
export class Flattening {
  #hosts = new Map<string, Remembered>();

  /** Where a namespace uses more than its share, what comes of it is not to be used. */
  *flatten(entries: readonly Entry[], usage: Usage): Steps<Flattened> {
    const own = yield* grouped(entries);
    const next = new Map<string, Remembered>();
    const tab = new Tab(usage);
    for (const [host, [first]] of own) {
      const all: Entry[] = [];
      for (const one of [host, ...wider(host)])
        for (const entry of own.get(one) ?? []) {
          const payer = later(entry, first!);
          if (tab.charge(payer, LOOK)) yield;
          if (!tab.isOver(payer)) all.push(entry);
        }
      const before = this.#hosts.get(host);
      const holds = before !== undefined && areSame(before.entries, all);
      if (holds) tab.again(before.charges);
      const made = holds ? before : { ...(yield* ofHost(host, all, tab)), entries: all };
      next.set(host, made);
      yield;
    }
    tab.settle();
    if (usage.over.size === 0) this.#hosts = next;
    return { routes: [...next.values()].flatMap(({ routes }) => routes), charges: tab.charges };
  }
}

/** Of two whose product is to be paid who came later: nobody's routes cost more by what others do afterwards. */
const later = (a: Pick<Entry, 'age' | 'owner'>, b: Pick<Entry, 'age' | 'owner'>): string =>
  a.age < b.age ? b.owner : a.owner;

function* grouped(entries: readonly Entry[]): Steps<Map<string, Entry[]>> {
  const own = new Map<string, Entry[]>();
  for (const [i, entry] of entries.entries()) {
    const list = own.get(entry.host);
    if (list) list.push(entry);
    else own.set(entry.host, [entry]);
    if (i % 1_000 === 0) yield;
  }
  return own;
}

type Node = Pick<Entry['match'], 'kind' | 'path'>;

const keyOf = ({ kind, path }: Node): string => `${kind} ${path}`;
const isSure = ({ match }: Entry): boolean => match.conditions.length === 0;

const LOOK = { looks: 1 };
/** Looks for which nobody pays, since he is over his share, before the rest is left out. */
const MOST_WASTED = 200_000;

function* ofHost(host: string, entries: readonly Entry[], outer: Tab): Steps<Flattened> {
  const tab = outer.part();
  const sorted = entries.toSorted(byPrecedence);
  const nodes = new Map<string, { readonly node: Node; first: Entry; readonly entries: Entry[] }>();
  for (const entry of sorted) {
    const node = nodes.get(keyOf(entry.match));
    if (!node) nodes.set(keyOf(entry.match), { node: entry.match, first: entry, entries: [] });
    else if (entry.age < node.first.age) node.first = entry;
  }
  const below = nodesBelow([...nodes.values()].map(({ node }) => node));
  let wasted = 0;
  // Precedence is the same at every node, so that entries are added in its order.
  for (const entry of sorted)
    for (const key of entry.match.kind === 'exact' ? [keyOf(entry.match)] : below.get(entry.match.path)!) {
      const { first, entries: list } = nodes.get(key)!;
      const payer = later(entry, first);
      if (tab.isOver(payer)) {
        if (++wasted > MOST_WASTED) return { routes: [], charges: tab.charges };
        if (wasted % 1_000 === 0) yield;
        continue;
      }
      const isMore = list.length === 0 || !isSure(list.at(-1)!);
      if (isMore) list.push(entry);
      if (tab.charge(payer, isMore ? { looks: 1, branches: 1, bytes: entry.bytes } : LOOK)) yield;
    }
  tab.settle();
  yield;
  const routes = [...nodes.values()].map((one) => routeOf(host, one.node, one.entries));
  return { routes: withoutRepeated(routes), charges: tab.charges };
}

function routeOf(host: string, { kind, path }: Node, entries: readonly Entry[]): Route {
  const last = entries.at(-1);
  const sure = last && isSure(last) ? last : undefined;
  const branches: Branch[] = (sure ? entries.slice(0, -1) : entries).map(({ match, to }) => ({
    when: match.conditions,
    to,
  }));
  return { host: modelHost(host), path, match: kind, branches, ...(sure && { to: sure.to }) };
}

/** By each prefix, the keys of the nodes with paths that it covers. */
function nodesBelow(nodes: readonly Node[]): Map<string, string[]> {
  const below = new Map<string, string[]>();
  for (const { kind, path } of nodes) if (kind === 'prefix') below.set(path, []);
  for (const node of nodes) for (const prefix of prefixesOf(node.path)) below.get(prefix)?.push(keyOf(node));
  return below;
}

/** `/`, `/a`, `/a/b` of `/a/b`; `/`, `/a` of `/a/`. */
function prefixesOf(path: string): string[] {
  const found = ['/'];
  for (let slash = path.indexOf('/', 1); slash >= 0; slash = path.indexOf('/', slash + 1))
    found.push(path.slice(0, slash));
  if (!path.endsWith('/')) found.push(path);
  return found;
}

/** A path with the outcome of the next shorter prefix says nothing new. */
function withoutRepeated(routes: readonly Route[]): Route[] {
  const prefixes = new Map(
    routes.filter(({ match }) => match === 'prefix').map((route) => [route.path, route]),
  );
  return routes.filter((route) => {
    const above = prefixesOf(route.path).findLast((path) => (prefixes.get(path) ?? route) !== route);
    return above === undefined || !isSame(prefixes.get(above)!, route);
  });
}

const isSame = (a: Route, b: Route): boolean =>
  a.to === b.to &&
  a.branches.length === b.branches.length &&
  a.branches.every(({ to, when }, i) => to === b.branches[i]!.to && when === b.branches[i]!.when);
