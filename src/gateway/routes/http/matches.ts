// Matches of HTTPRoutes and GRPCRoutes in one form, checked. Regular expressions are refused: HAProxy's backtrack, so that one request
// could keep it busy. Pure; called by rules.ts.
import type { GRPCRouteMatch } from '../../../api/kinds/gateway/v1/grpc-route.ts';
import type { HTTPRouteMatch } from '../../../api/kinds/gateway/v1/http-route.ts';
import { isHeaderName, isHeaderValue, isMatchPath } from '../../model/alphabets.ts';
import type { Condition } from '../../model/routes.ts';
import { shown } from '../verdict.ts';

export interface Match {
  readonly path: string;
  readonly kind: 'exact' | 'prefix';
  /** Characters of a gRPC method without its service: decides between matches of the same path. */
  readonly grpcMethod: number;
  readonly conditions: readonly Condition[];
  readonly hasMethod: boolean;
  readonly headers: number;
  readonly queries: number;
}

/** Why a match is not supported. */
export class Unsupported extends Error {}

interface Valued {
  readonly name: string;
  readonly type?: string;
  readonly value: string;
}

export function httpMatch({ path, method, headers = [], queryParams = [] }: Readonly<HTTPRouteMatch>): Match {
  const { type = 'PathPrefix', value = '/' } = path ?? {};
  if (type === 'RegularExpression') throw new Unsupported('regular expressions for paths are not supported');
  if (method !== undefined && !/^[A-Z]{1,16}$/.test(method))
    throw new Unsupported(`method ${shown(method)} is not supported`);
  const literal = decoded(value);
  const queries = firsts(queryParams, (name) => name).map((one) => ({
    query: one.name,
    value: checkedValue(one),
  }));
  const headerConditions = headersOf(headers);
  return {
    path: type === 'PathPrefix' ? literal.replace(/\/$/, '') || '/' : literal,
    kind: type === 'PathPrefix' ? 'prefix' : 'exact',
    grpcMethod: 0,
    conditions: [...(method ? [{ method }] : []), ...headerConditions, ...queries],
    hasMethod: method !== undefined,
    headers: headerConditions.length,
    queries: queries.length,
  };
}

/** A gRPC call is a POST to /service/method. */
export function grpcMatch({ method: called, headers = [] }: Readonly<GRPCRouteMatch>): Match {
  const { type = 'Exact', service, method: name } = called ?? {};
  if (type === 'RegularExpression')
    throw new Unsupported('regular expressions for methods are not supported');
  const method = name ? `/${name}` : '';
  const path = service ? `/${service}${method}` : '/';
  if (!isMatchPath(path) || !isMatchPath(method || '/'))
    throw new Unsupported(`method ${shown(path)} is not supported`);
  const ofHeaders = headersOf(headers);
  return {
    path,
    kind: service && name ? 'exact' : 'prefix',
    grpcMethod: name?.length ?? 0,
    conditions: [...(method && !service ? [{ pathEnd: method }] : []), ...ofHeaders],
    hasMethod: false,
    headers: ofHeaders.length,
    queries: 0,
  };
}

const headersOf = (headers: readonly Valued[]): Condition[] =>
  firsts(headers, (name) => name.toLowerCase()).map((one) => ({
    header: one.name.toLowerCase(),
    value: checkedValue(one),
  }));

/** Of entries with equal names the first counts. */
function firsts(entries: readonly Valued[], key: (name: string) => string): Valued[] {
  const found = new Map<string, Valued>();
  for (const entry of entries) if (!found.has(key(entry.name))) found.set(key(entry.name), entry);
  return [...found.values()];
}

function checkedValue({ name, type = 'Exact', value }: Valued): string {
  if (type !== 'Exact') throw new Unsupported(`regular expressions for ${shown(name)} are not supported`);
  if (!isHeaderName(name)) throw new Unsupported(`the name ${shown(name)} is not supported`);
  if (!isHeaderValue(value))
    throw new Unsupported(`the value ${shown(value)} of ${shown(name)} is not supported`);
  return value;
}

/** Each element is a step for whoever looks for prefixes. */
const MOST_ELEMENTS = 64;

/** Paths of requests are compared without percent-encoding: another way to write a path must not lead past its route. */
function decoded(path: string): string {
  try {
    const text = decodeURIComponent(path);
    if (isMatchPath(text) && text.split('/').length <= MOST_ELEMENTS) return text;
  } catch {
    // Not UTF-8.
  }
  throw new Unsupported(`path ${shown(path)} is not supported`);
}
