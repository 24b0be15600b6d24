// Which host a request is for, when several patterns match: an exact name before `*.` and `**.` of the longest suffix before ''. Pure.
import type { Host, Route } from '../../../model/routes.ts';

/** What listens under one name: entrances, or the door of Ingresses. A request is for one listener of its scope, by its host. */
export interface Scope {
  readonly name: string;
  readonly listeners: readonly { readonly host: Host; readonly routes: readonly Route[] }[];
}

/** A host of routes, or of a listener, and what requests for it get. */
export interface HostEntry {
  readonly host: Host;
  /** Number of the listener. */
  readonly listener: number;
  readonly routes: readonly Route[];
}

/** The patterns that match `host`, or everything that it matches when it is one itself, the most specific first. */
export function patternsOf(host: Host): Host[] {
  const stars = host.startsWith('**.') ? 3 : host.startsWith('*.') ? 2 : 0;
  const found = [host];
  const labels = (stars > 0 ? host.slice(stars) : host).split('.');
  if (stars === 0) labels.shift();
  if (stars < 2 && labels.length > 0) found.push(`*.${labels.join('.')}`);
  for (let i = 0; i < labels.length; i++) found.push(`**.${labels.slice(i).join('.')}`);
  return [...new Set([...found, ''])];
}

/**
 * Each host of a scope once. A listener's host is there without routes of its own as well, so that its requests do not fall to another
 * listener; routes whose host belongs to a more specific listener get no requests.
 */
export function hostsOf({ listeners }: Scope): HostEntry[] {
  const owners = new Map(listeners.map(({ host }, i) => [host, i]));
  const entries = new Map<Host, { host: Host; listener: number; routes: Route[] }>();
  for (const [host, listener] of owners) entries.set(host, { host, listener, routes: [] });
  // Most scopes have one listener, for all hosts.
  const all = owners.size === 1 ? owners.get('') : undefined;
  const belongsTo = (host: Host) =>
    all ?? owners.get(patternsOf(host).find((pattern) => owners.has(pattern)) ?? '');
  listeners.forEach(({ routes }, listener) => {
    for (const route of routes) {
      if (belongsTo(route.host) !== listener) continue;
      const entry = entries.get(route.host) ?? { host: route.host, listener, routes: [] };
      entries.set(route.host, entry);
      entry.routes.push(route);
    }
  });
  return [...entries.values()];
}
