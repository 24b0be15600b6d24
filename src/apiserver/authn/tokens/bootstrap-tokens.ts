// Bootstrap tokens (--enable-bootstrap-token-auth): Secrets in kube-system that say so. Called by authenticator.ts; the rules of such
// a Secret are in api/tokens. Upstream: plugin/pkg/auth/authenticator/token/bootstrap.
import type { Secret } from '../../../api/kinds/core/v1/secret.ts';
import {
  bootstrapTokenOf,
  groupsOf,
  secretNameOf,
  TOKEN_NAMESPACE,
  usableToken,
} from '../../../api/tokens/bootstrap-token.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { ResourceCache } from '../../watch-cache/resource-cache.ts';
import { isSame } from './constant-time.ts';
import { type Authenticated, forServer, type TokenAuthenticator } from './token-authenticator.ts';

export interface BootstrapTokensOptions {
  readonly secrets: Pick<ResourceCache<Secret>, 'get'>;
  readonly clock: Clock;
  /** Of the API server. */
  readonly audiences: readonly string[];
}

export class BootstrapTokens implements TokenAuthenticator {
  readonly #options: BootstrapTokensOptions;

  constructor(options: BootstrapTokensOptions) {
    this.#options = options;
  }

  authenticate(text: string, audiences: readonly string[]): Authenticated | undefined {
    const asked = bootstrapTokenOf(text);
    if (!asked) return undefined;
    const { secrets, clock, audiences: own } = this.#options;
    const secret = secrets.get(TOKEN_NAMESPACE, secretNameOf(asked.id))?.object;
    if (!secret || secret.metadata.deletionTimestamp) return undefined;
    const token = usableToken(secret, 'authentication', clock.now());
    if (!token || !isSame(token.secret, asked.secret)) return undefined;
    const groups = groupsOf(secret);
    return groups && forServer({ name: `system:bootstrap:${token.id}`, groups }, own, audiences);
  }
}
