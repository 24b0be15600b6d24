// Where a verified token says that its groups are.
import { sourceOf } from '../../../src/apiserver/authn/oidc/distributed-claims.ts';
import type { Claims } from '../../../src/apiserver/authn/oidc/json-web-token.ts';
import { TokenError } from '../../../src/apiserver/authn/tokens/token-authenticator.ts';
import { nearMisses, PROTOTYPE_NAMES } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const CLAIMS =
  '{"_claim_names":{"groups":"s"},"_claim_sources":{"s":{"endpoint":"https://a","access_token":"t"}}}';

function claimsOf(text: string): Claims {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Claims) : {};
  } catch {
    return {};
  }
}

export const targets = [
  fuzzTarget({
    name: 'apiserver/oidc-claim-sources',
    input: nearMisses([CLAIMS], ['null', '[]', '{}', '5', ...PROTOTYPE_NAMES]),
    run: (text) => sourceOf(claimsOf(text), 'groups'),
    refuses: (error) => error instanceof TokenError,
  }),
];
