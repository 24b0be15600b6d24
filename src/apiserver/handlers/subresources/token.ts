// POST serviceaccounts/NAME/token: a token for the service account.
import { TokenRequest } from '../../../api/kinds/authentication/v1/token-request.ts';
import { notFound } from '../../../api/status/status-error.ts';
import type { TokenAuthority } from '../../authn/service-account-tokens.ts';
import { requestToken } from '../../authn/token-request.ts';
import { targetOf } from '../../registry/served.ts';
import { jsonAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import type { Handler } from '../context.ts';

export const tokenHandler =
  (tokens: TokenAuthority, audiences: readonly string[]): Handler =>
  async (call) => {
    const { served, info, request } = call;
    const account = served.cache.get(info.namespace, info.name);
    if (!account) throw notFound(targetOf(served), info.name);
    const asked = decodeObject<TokenRequest>(call, TokenRequest, await request.body());
    return jsonAnswer(201, requestToken(tokens, audiences, account.object, asked));
  };
