// The map files in which HAProxy looks up where a request goes: scope and host, then path. Three look-ups in trees, however many routes
// there are. Lines are `key value`; no key begins with '#', which HAProxy takes for a comment.
import type { Host } from '../../../model/routes.ts';
import type { Choices } from './choices.ts';
import { hostsOf, type Scope } from './hosts.ts';

export interface Maps {
  /** Scope, '/' and host to `listener.number`. */
  readonly hosts: string;
  /** The patterns in `hosts`. */
  readonly patterns: ReadonlySet<Host>;
  /** The value of the host and a path to a backend or a choice. */
  readonly exact: string;
  /** The same with '/' after the path: HAProxy finds the longest key with which the request's begins. */
  readonly prefix: string;
}

export function mapsOf(scopes: readonly Scope[], choices: Choices): Maps {
  const lines = { hosts: [] as string[], exact: [] as string[], prefix: [] as string[] };
  const patterns = new Set<Host>();
  let count = 0;
  for (const scope of scopes)
    for (const { host, listener, routes } of hostsOf(scope)) {
      const found = `${listener}.${count++}`;
      patterns.add(host);
      lines.hosts.push(`${scope.name}/${host} ${found}\n`);
      for (const { path, match, branches, to } of routes) {
        const key = match === 'exact' ? path : `${path.replace(/\/$/, '')}/`;
        lines[match].push(`${found}${key} ${choices.targetOf(branches, to)}\n`);
      }
    }
  return {
    hosts: lines.hosts.join(''),
    patterns,
    exact: lines.exact.join(''),
    prefix: lines.prefix.join(''),
  };
}

/** The value of a host that has a listener and no route. */
export const NOWHERE = 'nowhere:';

/** For connections, where a route has no path: scope, '/' and host to a backend or a choice. */
export function namesMap(
  scopes: readonly Scope[],
  choices: Choices,
): { readonly text: string; readonly hosts: ReadonlySet<Host> } {
  const lines: string[] = [];
  const hosts = new Set<Host>();
  for (const scope of scopes)
    for (const { host, routes } of hostsOf(scope)) {
      const [route] = routes;
      hosts.add(host);
      lines.push(`${scope.name}/${host} ${route ? choices.targetOf(route.branches, route.to) : NOWHERE}\n`);
    }
  return { text: lines.join(''), hosts };
}
