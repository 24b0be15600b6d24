// POST serviceaccounts/NAME/token: issues a token for the service account. The rules are in authn/token-request.ts.
import { TokenRequest } from '../../../api/kinds/authentication/v1/token-request.ts';
import type { ServiceAccount } from '../../../api/kinds/core/v1/service-account.ts';
import type { TokenAuthority } from '../../authn/service-account-tokens.ts';
import { completeRequest, issueToken } from '../../authn/token-request.ts';
import type { Admission } from '../../registry/admission.ts';
import { admitted } from '../../registry/admitted.ts';
import type { StoredResource } from '../../registry/stored/stored-resource.ts';
import { objectAnswer } from '../answers/answers.ts';
import { decodeObject } from '../body.ts';
import { type Handler, writeContext } from '../call.ts';

export interface TokenOptions {
  readonly accounts: StoredResource<ServiceAccount>;
  readonly tokens: TokenAuthority;
  /** This server's, which are the default. */
  readonly audiences: readonly string[];
  readonly admission: Admission;
}

export const tokenHandler =
  ({ accounts, tokens, audiences, admission }: TokenOptions): Handler =>
  async (call) => {
    const { info, request, resource } = call;
    const object = decodeObject<TokenRequest>(call, TokenRequest, await request.body());
    const account = await accounts.get(info.namespace, info.name);
    const write = writeContext(call);
    const carried = { kind: resource.kind, schema: TokenRequest, name: info.name, object, write };
    await admitted(admission, 'CREATE', carried, () =>
      completeRequest(account.object, object, audiences, write.now),
    );
    const issued = await issueToken(tokens, audiences, account.object, object, write.warn);
    return objectAnswer(call, 201, TokenRequest, issued);
  };
