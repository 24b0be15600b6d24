// What the ways to authenticate are made from. Given by cluster/ to open-authentication.ts.
import type { Clock } from '../../../kit/clock.ts';
import type { RemoteServer } from '../../../kit/http1/remote-server.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';
import type { AuthenticationFlags } from './flags.ts';

export interface AuthenticationOptions {
  readonly flags: AuthenticationFlags;
  /** Of the API server (--api-audiences). */
  readonly audiences: readonly string[];
  /** Of service accounts' tokens: no other issuer may have the same name. */
  readonly serviceAccountIssuers: readonly string[];
  /** The authorizer AlwaysAllow is configured: nobody may be anonymous then, as upstream. */
  readonly allowsAll: boolean;
  /** Reads a kubeconfig file. */
  readonly serverOf: (file: string) => RemoteServer;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}
