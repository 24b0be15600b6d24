// Filters of rules and of backendRefs as the policy of a backend. Pure; called by rules.ts. What cannot be done throws Unsupported: a
// filter must not be passed over. The kinds of later policies (extensionRef) are read here, too.
import type {
  GRPCRouteFilter,
  HTTPCORSFilter,
  HTTPHeaderFilter,
  HTTPPathModifier,
  HTTPRequestRedirectFilter,
  HTTPRouteFilter,
} from '../../../api/kinds/gateway/v1/http-filters.ts';
import {
  isFraming,
  isHeaderName,
  isHeaderValue,
  isHostName,
  isOrigin,
  isPath,
  isTargetPath,
  isTokenList,
} from '../../model/alphabets.ts';
import type { Cors, HeaderChanges, Policy, Redirect, Rewrite } from '../../model/policy.ts';
import { shown } from '../verdict.ts';
import { isWhole } from '../whole.ts';
import { type Match, Unsupported } from './matches.ts';

export type Filter = HTTPRouteFilter | GRPCRouteFilter;

/** Without mirrors, which name backends of their own. */
export type Filtered = Pick<Policy, 'rewrite' | 'host' | 'requestHeaders' | 'responseHeaders' | 'cors'> & {
  readonly redirect?: Redirect;
};

/** `match`: the only one of the rule, if there is one. */
export function filtered(filters: readonly Filter[], match: Match | undefined): Filtered {
  let found: Filtered = {};
  for (const filter of filters) found = { ...found, ...one(filter, match) };
  return found;
}

function one(filter: Filter, match: Match | undefined): Filtered {
  switch (filter.type) {
    case 'RequestHeaderModifier':
      return { requestHeaders: changes(filter.requestHeaderModifier!) };
    case 'ResponseHeaderModifier':
      return { responseHeaders: changes(filter.responseHeaderModifier!) };
    case 'RequestMirror':
      return {};
    case 'RequestRedirect':
      return { redirect: redirect(filter.requestRedirect!, match) };
    case 'URLRewrite': {
      const { hostname, path } = filter.urlRewrite!;
      return {
        ...(hostname && { host: hostName(hostname) }),
        ...(path && { rewrite: rewrite(path, match) }),
      };
    }
    case 'CORS':
      return { cors: cors(filter.cors!) };
    default:
      throw new Unsupported(`filters of type ${shown(filter.type)} are not supported`);
  }
}

/** What a backendRef's filters say counts more than what the rule's say; their changes of headers come after the rule's. */
export const combined = (rule: Filtered, own: Filtered): Filtered => ({
  ...rule,
  ...own,
  ...joined('requestHeaders', rule, own),
  ...joined('responseHeaders', rule, own),
});

function joined(field: 'requestHeaders' | 'responseHeaders', rule: Filtered, own: Filtered): Filtered {
  const [a, b] = [rule[field], own[field]];
  if (!a || !b) return {};
  const names = new Set([
    ...b.set.map(({ name }) => name.toLowerCase()),
    ...b.remove.map((name) => name.toLowerCase()),
  ]);
  const kept = (list: HeaderChanges['set']) => list.filter(({ name }) => !names.has(name.toLowerCase()));
  const both = {
    set: [...kept(a.set), ...b.set],
    add: [...kept(a.add), ...b.add],
    remove: [...a.remove, ...b.remove],
  };
  return { [field]: both };
}

function changes({ set = [], add = [], remove = [] }: HTTPHeaderFilter): HeaderChanges {
  for (const { name, value } of [...set, ...add]) {
    checkHeader(name);
    if (!isHeaderValue(value))
      throw new Unsupported(`the value ${shown(value)} of header ${shown(name)} is not supported`);
  }
  for (const name of remove) checkHeader(name);
  return { set, add, remove };
}

function checkHeader(name: string): void {
  if (!isHeaderName(name)) throw new Unsupported(`header ${shown(name)} is not supported`);
  if (isFraming(name)) throw new Unsupported(`header ${shown(name)} cannot be changed`);
}

function redirect(
  { scheme, hostname, path, port, statusCode = 302 }: HTTPRequestRedirectFilter,
  match: Match | undefined,
): Redirect {
  if (![301, 302, 303, 307, 308].includes(statusCode) || (port !== undefined && !isWhole(port, 1, 65_535)))
    throw new Unsupported('the status or port of the redirection is not supported');
  if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
    throw new Unsupported(`scheme ${shown(scheme)} is not supported`);
  return {
    code: statusCode as Redirect['code'],
    ...(scheme && { scheme }),
    ...(hostname && { host: hostName(hostname) }),
    ...(port && { port }),
    ...(path && { path: rewrite(path, match) }),
  };
}

function hostName(text: string): string {
  if (!isHostName(text)) throw new Unsupported(`hostname ${shown(text)} is not supported`);
  return text;
}

function rewrite(
  { type, replaceFullPath, replacePrefixMatch }: HTTPPathModifier,
  match: Match | undefined,
): Rewrite {
  if (type === 'ReplaceFullPath') return { to: target(replaceFullPath || '/') };
  if (match?.kind !== 'prefix')
    throw new Unsupported('replacePrefixMatch needs exactly one match, of type PathPrefix');
  if (match.path !== '/' && !isTargetPath(match.path))
    throw new Unsupported(`path ${shown(match.path)} cannot be replaced`);
  const prefix = match.path === '/' ? '' : match.path;
  const to = (replacePrefixMatch ?? '').replace(/\/$/, '');
  // With nothing in its place, the slash that follows the prefix would be missing where nothing follows.
  return to === ''
    ? { to: '/', keep: { prefix, from: prefix.length + 1 } }
    : { to: target(to), keep: { prefix, from: prefix.length } };
}

function target(path: string): string {
  if (!isPath(path)) throw new Unsupported(`path ${shown(path)} is not supported`);
  return path;
}

function cors({
  allowOrigins = [],
  allowMethods = [],
  allowHeaders = [],
  exposeHeaders = [],
  allowCredentials = false,
  maxAge = 5,
}: HTTPCORSFilter): Cors {
  if (!isWhole(maxAge, 1, 2 ** 31 - 1)) throw new Unsupported('maxAge is not supported');
  const bad = allowOrigins.find((origin) => origin !== '*' && !isOrigin(origin));
  if (bad) throw new Unsupported(`origin ${shown(bad)} is not supported`);
  const expose = tokens(exposeHeaders);
  return {
    origins: allowOrigins,
    methods: tokens(allowMethods),
    headers: tokens(allowHeaders),
    ...(expose && { expose }),
    credentials: allowCredentials,
    maxAge,
  };
}

function tokens(list: readonly string[]): string {
  const text = list.join(', ');
  if (text !== '' && text !== '*' && !isTokenList(text))
    throw new Unsupported(`${shown(text)} is not supported`);
  return text;
}
