// Matches of many routes as the model's routes: the data plane finds the most specific host and path of a request and tries nothing else,
// so that each of the model's routes has as branches all matches that can hold there, in order of precedence. Pure; called by
// ../entrances.ts. The work is bounded by the number of branches, and is not done again for a host with the same entries.
import type { Branch, Route } from '../../model/routes.ts';
import { modelHost, wider } from '../hosts.ts';
import { areSame } from '../looks.ts';
import { byPrecedence, type Entry } from './order.ts';

export interface Flattened {
  readonly routes: readonly Route[];
  readonly branches: number;
}

type Remembered = Flattened & { readonly entries: readonly Entry[] };

/** How often entries are looked at for each branch that there may be. */
const LOOKS = 20;

/** Of one listener. */
export class Flattening {
  #hosts = new Map<string, Remembered>();

  /** 'too many': more branches than `most`, or as much work. */
  flatten(entries: readonly Entry[], most: number): Flattened | 'too many' {
    const own = grouped(entries);
    const next = new Map<string, Remembered>();
    let left = most;
    let looks = most * LOOKS;
    for (const host of own.keys()) {
      const lists = [host, ...wider(host)].map((one) => own.get(one) ?? []);
      looks -= lists.reduce((sum, { length }) => sum + length, 1);
      if (looks < 0) return 'too many';
      const all = lists.flat();
      const before = this.#hosts.get(host);
      const made = before && areSame(before.entries, all) ? before : ofHost(host, all, left);
      if (made === 'too many' || made.branches > left) return 'too many';
      left -= made.branches;
      next.set(host, { routes: made.routes, branches: made.branches, entries: all });
    }
    this.#hosts = next;
    return { routes: [...next.values()].flatMap(({ routes }) => routes), branches: most - left };
  }
}

function grouped(entries: readonly Entry[]): Map<string, Entry[]> {
  const own = new Map<string, Entry[]>();
  for (const entry of entries) {
    const list = own.get(entry.host);
    if (list) list.push(entry);
    else own.set(entry.host, [entry]);
  }
  return own;
}

type Node = Pick<Entry['match'], 'kind' | 'path'>;

const keyOf = ({ kind, path }: Node): string => `${kind} ${path}`;
const isSure = ({ match }: Entry): boolean => match.conditions.length === 0;

function ofHost(host: string, entries: readonly Entry[], most: number): Flattened | 'too many' {
  const sorted = entries.toSorted(byPrecedence);
  const nodes = new Map<string, { readonly node: Node; readonly entries: Entry[] }>();
  for (const { match } of sorted)
    if (!nodes.has(keyOf(match))) nodes.set(keyOf(match), { node: match, entries: [] });
  const below = nodesBelow([...nodes.values()].map(({ node }) => node));
  let [count, looks] = [0, 0];
  // Precedence is the same at every node, so that entries are added in its order.
  for (const entry of sorted)
    for (const key of entry.match.kind === 'exact' ? [keyOf(entry.match)] : below.get(entry.match.path)!) {
      if (++looks > most * LOOKS) return 'too many';
      const list = nodes.get(key)!.entries;
      if (list.length > 0 && isSure(list.at(-1)!)) continue;
      list.push(entry);
      if (++count > most) return 'too many';
    }
  const routes = [...nodes.values()].map((one) => routeOf(host, one.node, one.entries));
  return { routes: withoutRepeated(routes), branches: count };
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
