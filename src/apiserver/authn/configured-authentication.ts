// More ways to authenticate than certificates and service accounts, as configured/open-authentication.ts makes them. Part of the
// options of an API server; used by assemble.ts.
import type { User } from '../request.ts';
import type { Anonymous } from './authenticator.ts';
import type { RequestHeaderOptions } from './request-headers.ts';
import type { TokenAuthenticator } from './tokens/token-authenticator.ts';

export interface ConfiguredAuthentication {
  /** Users by static bearer token (--token-auth-file). */
  readonly staticTokens: ReadonlyMap<string, User>;
  /** Of tokens of other issuers, then of those that a webhook knows. */
  readonly tokens: readonly TokenAuthenticator[];
  /** --enable-bootstrap-token-auth */
  readonly bootstrapTokens: boolean;
  readonly requestHeaders?: RequestHeaderOptions;
  readonly anonymous: Anonymous;
  /** In the Prometheus text format; `serverId` is the name of the server's Lease. */
  metrics(serverId: string): string;
}
