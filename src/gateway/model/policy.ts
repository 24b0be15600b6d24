// What is done to requests on their way to a backend, and to the answers. Called a policy of the backend; of each use of a Service by
// a route there may be one of its own.
export interface Policy {
  /** `h2c` is HTTP/2 without TLS; `grpc` is that, with gRPC's own answers to errors. */
  readonly protocol: 'http' | 'https' | 'h2c' | 'grpc' | 'grpcs';
  /** How the backend is told apart from others when it is reached by TLS; without it any certificate will do. */
  readonly trust?: Trust;
  /** Requests get this status: what is to protect the backend cannot be done (503), or there is none (500). */
  readonly closed?: 500 | 503;
  readonly redirect?: { readonly code: number; readonly location: string } | Redirect;
  /** Clients without TLS are sent to https. */
  readonly redirectToTls?: boolean;
  /** Milliseconds. `request` is for all of a request, retries included; `server` for the answer of one try to go on. */
  readonly timeouts?: { readonly connect?: number; readonly server?: number; readonly request?: number };
  readonly retry?: Retry;
  /** Bytes. */
  readonly bodyLimit?: number;
  readonly rewrite?: Rewrite;
  readonly host?: string;
  readonly requestHeaders?: HeaderChanges;
  readonly responseHeaders?: HeaderChanges;
  readonly mirrors?: readonly Mirror[];
  readonly auth?: { readonly users: readonly User[]; readonly realm: string };
  readonly jwt?: Jwt;
  readonly asked?: Asked;
  /** CIDRs. */
  readonly allow?: readonly string[];
  readonly deny?: readonly string[];
  readonly limits?: Limits;
  readonly cors?: Cors;
  readonly affinity?: Affinity;
}

export interface Trust {
  /** PEM of the authorities; the system's when left out. */
  readonly authorities?: string;
  /** The name asked for (SNI), and the one that the certificate has to have unless there are `names`. */
  readonly hostname: string;
  /** One of them has to be in the certificate: DNS names or URIs. */
  readonly names?: readonly string[];
  /** PEM of the door's own certificate and key. */
  readonly client?: string;
}

/** What is left out stays as the request has it. */
export interface Redirect {
  readonly code: 301 | 302 | 303 | 307 | 308;
  readonly scheme?: 'http' | 'https';
  readonly host?: string;
  readonly port?: number;
  readonly path?: Rewrite;
}

/** Tries after the first. */
export interface Retry {
  readonly attempts: number;
  /** Statuses after which the next try follows; of connections that fail it always does. */
  readonly codes: readonly number[];
}

/** First `remove`, then `set`, then `add`. Names are compared without case. */
export interface HeaderChanges {
  readonly set: readonly Header[];
  readonly add: readonly Header[];
  readonly remove: readonly string[];
}

export interface Header {
  readonly name: string;
  readonly value: string;
}

/** So many of `of` requests are also sent there; the answers are not waited for. */
export interface Mirror {
  /** Name of a backend. */
  readonly backend: string;
  readonly share: number;
  readonly of: number;
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

/** A bearer token with a signature by one of the keys, an end (`exp`) that is to come and a beginning (`nbf`) that is not; else 401. */
export interface Jwt {
  readonly issuer: string;
  /** One of them, if there are any. */
  readonly audiences: readonly string[];
  readonly keys: readonly JwtKey[];
  /** Claims that a request needs, each with one of the values. Of a claim that is a list the first eight entries count. */
  readonly required: readonly { readonly claim: string; readonly values: readonly string[] }[];
  /** Claims that the backend gets as headers; what a client sends in them is removed. */
  readonly headers: readonly { readonly claim: string; readonly header: string }[];
  /** Whether the backend gets the token itself. */
  readonly forward: boolean;
}

export interface JwtKey {
  /** HAProxy 2.6 refuses every token with one of PS256, PS384 and PS512. */
  readonly algorithm: 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'PS384' | 'PS512' | 'ES256' | 'ES384' | 'ES512';
  /** Key ID: tokens that name another one are not checked with it. */
  readonly id?: string;
  /** PEM of the public key. */
  readonly pem: string;
}

/** Another server is asked with the request's method, path and headers whether it may pass: any status but 2xx goes to the client. */
export interface Asked {
  /** Name of a backend. */
  readonly backend: string;
  /** What comes before the request's own path; '' for nothing. */
  readonly path: string;
  /**
   * It is asked for `path` alone with GET and all headers; the request's method and URL are in X-Original-Method and X-Original-URL.
   */
  readonly alone?: boolean;
  /** Headers of the request that it is sent besides Host, Method, Path, Content-Length and Authorization. */
  readonly send: readonly string[];
  /** Headers of its answer that the request gets; what a client sends in them is removed. */
  readonly receive: readonly string[];
  /** Where a client goes when the status is 401: `location` and an escaped URL of the request. */
  readonly signIn?: string;
}

/** By client address, or by a header's value. */
export interface Limits {
  readonly perSecond?: number;
  readonly perMinute?: number;
  readonly connections?: number;
  /** So many seconds' (or minutes') worth may come at once. */
  readonly burst: number;
  readonly header?: string;
  /** 503 when left out. */
  readonly status?: 429;
}

export interface Cors {
  /** `*`, or origins of which the host may begin with `*.`. */
  readonly origins: readonly string[];
  /** Token lists; `*` is every one. */
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
