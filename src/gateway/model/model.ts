// What the door does, without a word of HAProxy or of Ingress: routes by host and path, and the backends they lead to. ingress/
// compiles into it, and the routes of Gateway API will; haproxy/ writes it down. Every text in it has passed alphabets.ts.

/** A host name in lower case, `*.` and a host name for exactly one more label, or '' for every host that no other route names. */
export type Host = string;

export interface Route {
  readonly host: Host;
  readonly path: string;
  /** `prefix` compares path elements: /a matches /a and /a/b, not /ab. */
  readonly match: 'exact' | 'prefix';
  /** The first branch that holds decides; else `backend`. */
  readonly branches: readonly Branch[];
  /** Name of a backend. */
  readonly backend: string;
}

export interface Branch {
  readonly when: Condition;
  readonly backend: string;
}

export type Condition =
  | { readonly header: string; readonly value: string }
  | { readonly cookie: string; readonly value: string }
  /** So many of `of` requests, by chance. */
  | { readonly share: number; readonly of: number };

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

/** What is done to requests on their way to a backend. */
export interface Policy {
  readonly protocol: 'http' | 'https' | 'grpc' | 'grpcs';
  /** Requests are refused (503): what is to protect the backend cannot be done. */
  readonly closed?: boolean;
  readonly redirect?: { readonly code: number; readonly location: string };
  /** Clients without TLS are sent to https. */
  readonly redirectToTls?: boolean;
  /** Seconds. */
  readonly timeouts?: { readonly connect?: number; readonly server?: number };
  /** Bytes. */
  readonly bodyLimit?: number;
  readonly rewrite?: Rewrite;
  readonly host?: string;
  readonly auth?: { readonly users: readonly User[]; readonly realm: string };
  /** CIDRs. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly limits?: Limits;
  readonly cors?: Cors;
  readonly affinity?: Affinity;
}

/** The path becomes `to`, and with `keep` what follows the first `from` characters of it, which are to begin with `prefix`. */
export interface Rewrite {
  readonly to: string;
  readonly keep?: { readonly prefix: string; readonly from: number };
}

export interface User {
  readonly name: string;
  /** As crypt(3) takes it. */
  readonly hash: string;
}

/** By client address. */
export interface Limits {
  readonly perSecond?: number;
  readonly perMinute?: number;
  readonly connections?: number;
  /** So many seconds' (or minutes') worth may come at once. */
  readonly burst: number;
}

export interface Cors {
  /** `*`, or origins of which the host may begin with `*.`. */
  readonly origins: readonly string[];
  readonly methods: string;
  readonly headers: string;
  readonly expose?: string;
  readonly credentials: boolean;
  /** Seconds. */
  readonly maxAge: number;
}

export interface Affinity {
  readonly cookie: string;
  /** Seconds; a session cookie when left out. */
  readonly maxAge?: number;
  readonly sameSite?: 'None' | 'Lax' | 'Strict';
  readonly secure: boolean;
}

export interface Certificate {
  /** Of letters and digits; part of a file's name. */
  readonly name: string;
  readonly hosts: readonly Host[];
  /** Certificates, then the key. */
  readonly pem: string;
}

export interface DoorModel {
  /** One for each host, path and kind of match. */
  readonly routes: readonly Route[];
  readonly backends: ReadonlyMap<string, Backend>;
  /** Clients that name no host of these get the door's own. */
  readonly certificates: readonly Certificate[];
}
