// POST serviceaccounts/NAME/token: issues a token for the service account. The rules are in authn/token-request.ts.
import { TokenRequest } from '../../../api/kinds/authentication/v1/token-request.ts';
import type { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { TokenAuthority } from '../../authn/service-account-tokens.ts';
import { requestToken } from '../../authn/token-request.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import type { Handler } from '../call.ts';

export const tokenHandler =
  (accounts: StoredResource<ServiceAccount>, tokens: TokenAuthority, audiences: readonly string[]): Handler =>
  async (call) => {
    const { info, request } = call;
    const account = await accounts.get(info.namespace, info.name);
    const requested = decodeObject<TokenRequest>(call, TokenRequest, await request.body());
    return jsonAnswer(201, requestToken(tokens, audiences, account.object, requested));
  };
