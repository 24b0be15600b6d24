// What the model says of a request, read as its comments are: for tests of what compiles into it.
import type { HttpListener } from '../../model/entrances.ts';
import type { Condition, Host, Route, Target } from '../../model/routes.ts';

export interface Request {
  readonly host: string;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly queries: Readonly<Record<string, string>>;
}

export function asked(routes: readonly Route[], request: Request): Target | undefined {
  const hosts = [...new Set(routes.map(({ host }) => host))].filter((host) => stands(host, request.host));
  const host = hosts.sort((a, b) => rank(b) - rank(a))[0];
  const own = routes.filter((route) => route.host === host);
  const exact = own.find(({ match, path }) => match === 'exact' && path === request.path);
  const prefixes = own.filter(({ match, path }) => match === 'prefix' && begins(path, request.path));
  const route = exact ?? prefixes.sort((a, b) => b.path.length - a.path.length)[0];
  if (!route) return undefined;
  const branch = route.branches.find(({ when }) => when.every((condition) => holds(condition, request)));
  return branch ? branch.to : route.to;
}

export function listenerOf(listeners: readonly HttpListener[], host: string): HttpListener | undefined {
  return listeners.filter((one) => stands(one.host, host)).sort((a, b) => rank(b.host) - rank(a.host))[0];
}

const rank = (host: Host): number =>
  host === '' ? 0 : host.startsWith('*') ? host.length : 1_000 + host.length;

function stands(host: Host, name: string): boolean {
  if (host === '' || host === name) return true;
  return host.startsWith('**.') && name.endsWith(host.slice(2)) && name.length > host.length - 2;
}

const begins = (prefix: string, path: string): boolean =>
  prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);

function holds(condition: Condition, { path, method, headers, queries }: Request): boolean {
  if ('header' in condition) return headers[condition.header.toLowerCase()] === condition.value;
  if ('query' in condition) return queries[condition.query] === condition.value;
  if ('method' in condition) return method === condition.method;
  if ('pathEnd' in condition) return path.endsWith(condition.pathEnd);
  throw new Error('no route has such a condition');
}
