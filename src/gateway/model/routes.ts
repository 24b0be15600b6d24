// Routes by host and path, the backends they lead to, and certificates.
import type { Policy } from './policy.ts';

/**
 * A host name in lower case, `*.` and a host name for exactly one more label, `**.` and a host name for one or more labels, or '' for
 * every host that no other route names.
 */
export type Host = string;

export interface Route {
  readonly host: Host;
  readonly path: string;
  /** `prefix` compares path elements: /a matches /a and /a/b, not /ab. */
  readonly match: 'exact' | 'prefix';
  /** The first branch that holds decides; else `to`. Shorter paths are not tried: what they would do is among the branches. */
  readonly branches: readonly Branch[];
  /** Requests for which no branch holds get 404 when it is left out. */
  readonly to?: Target;
}

export interface Branch {
  /** All have to hold. */
  readonly when: readonly Condition[];
  readonly to: Target;
}

export type Condition =
  | { readonly header: string; readonly value: string }
  | { readonly cookie: string; readonly value: string }
  /** The first parameter of that name, decoded. */
  | { readonly query: string; readonly value: string }
  | { readonly method: string }
  /** How the path ends: a method of whatever gRPC service. */
  | { readonly pathEnd: string }
  /** So many of `of` requests, by chance. */
  | { readonly share: number; readonly of: number };

/** Name of a backend, or several of which each gets its weight's share of requests; weights are above 0. */
export type Target = string | readonly Weighted[];

export interface Weighted {
  readonly backend: string;
  readonly weight: number;
}

export interface Endpoint {
  readonly ip: string;
  readonly port: number;
}

export interface Backend {
  /** Of letters, digits, '.', '-' and '_'; also names it in metrics. */
  readonly name: string;
  readonly policy: Policy;
  readonly endpoints: readonly Endpoint[];
}

export interface Certificate {
  /** Of letters and digits; part of a file's name. */
  readonly name: string;
  readonly hosts: readonly Host[];
  /** Certificates, then the key. */
  readonly pem: string;
}
