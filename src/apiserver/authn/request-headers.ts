// The authenticating side of a front proxy: a client whose certificate is of the proxy's authority, and whose name is allowed, says
// in headers who has sent the request. Headers of all others mean nothing. Called by authenticator.ts.
// Upstream: staging/src/k8s.io/apiserver/pkg/authentication/request/headerrequest.
import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../kit/clock.ts';
import { type Headers, header, type User } from '../request.ts';
import { ClientCertificates } from './client-certificates.ts';
import { unescapedKey } from './header-keys.ts';
import { withGroup } from './tokens/token-authenticator.ts';

/** Comments name kube-apiserver's flags. */
export interface RequestHeaderOptions {
  /** PEM of --requestheader-client-ca-file. */
  readonly clientCa: string;
  /** --requestheader-allowed-names; empty: every certificate of the authority. */
  readonly allowedNames: readonly string[];
  /** --requestheader-username-headers, and so on; the first that has a value counts. */
  readonly usernameHeaders: readonly string[];
  readonly uidHeaders: readonly string[];
  readonly groupHeaders: readonly string[];
  readonly extraHeaderPrefixes: readonly string[];
}

export class RequestHeaders {
  readonly #options: RequestHeaderOptions;
  readonly #proxies: ClientCertificates;

  constructor(options: RequestHeaderOptions, clock: Clock) {
    this.#options = lowerCase(options);
    this.#proxies = new ClientCertificates(clock);
    this.#proxies.trustOnly(options.clientCa);
  }

  /** The user in the headers of a proxy; undefined if the client is no proxy, or names no user. */
  userOf(socket: TLSSocket, headers: Headers): User | undefined {
    const { usernameHeaders, uidHeaders, groupHeaders, extraHeaderPrefixes, allowedNames } = this.#options;
    const name = firstValue(headers, usernameHeaders);
    if (!name) return undefined;
    const proxy = this.#proxies.nameOf(socket);
    if (proxy === undefined || (allowedNames.length > 0 && !allowedNames.includes(proxy))) return undefined;
    const uid = firstValue(headers, uidHeaders);
    const extra = extraOf(headers, extraHeaderPrefixes);
    return withGroup({
      name,
      groups: groupHeaders.flatMap((header) => valuesOf(headers[header])),
      ...(uid && { uid }),
      ...(extra && { extra }),
    });
  }
}

/** Names of headers have no case. */
function lowerCase(options: RequestHeaderOptions): RequestHeaderOptions {
  const lower = (names: readonly string[]) => names.map((name) => name.trim().toLowerCase());
  return {
    ...options,
    usernameHeaders: lower(options.usernameHeaders),
    uidHeaders: lower(options.uidHeaders),
    groupHeaders: lower(options.groupHeaders),
    extraHeaderPrefixes: lower(options.extraHeaderPrefixes),
  };
}

function firstValue(headers: Headers, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = header(headers, name);
    if (value) return value;
  }
  return undefined;
}

/** Node.js joins a header that occurs several times with a comma and a space. */
function valuesOf(value: Headers[string]): string[] {
  if (value === undefined) return [];
  const values = typeof value === 'string' ? value.split(', ') : [...value];
  return values.filter((one) => one !== '');
}

function extraOf(headers: Headers, prefixes: readonly string[]): Record<string, string[]> | undefined {
  let extra: Record<string, string[]> | undefined;
  for (const name in headers)
    for (const prefix of prefixes) {
      if (!name.startsWith(prefix)) continue;
      extra ??= Object.create(null) as Record<string, string[]>;
      const key = unescapedKey(name.slice(prefix.length));
      extra[key] = [...(extra[key] ?? []), ...valuesOf(headers[name])];
    }
  return extra && { ...extra };
}
