// The tokens of a cluster, through its API, for `tiphys token`. Failures are told in upstream's words.
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { isAlreadyExists, StatusError } from '../../api/status/status-error.ts';
import { BOOTSTRAP_TOKEN, dataOf, secretNameOf, TOKEN_NAMESPACE } from '../../api/tokens/bootstrap-token.ts';
import type { Client } from '../../client/client.ts';
import { messageOf } from '../../kit/message-of.ts';
import { UserError } from '../progress.ts';
import { type BootstrapToken, tokenOfSecret } from './tokens.ts';

export async function createToken(client: Client, secret: Secret): Promise<void> {
  await client.create(Secret, secret).catch((error: unknown) => {
    if (isAlreadyExists(error))
      throw new UserError(`a token with id "${dataOf(secret, 'token-id')}" already exists`);
    throw failed(`failed to create or update bootstrap token with name ${secret.metadata.name}`, error);
  });
}

export interface ListedTokens {
  readonly tokens: readonly BootstrapToken[];
  /** Why Secrets of this type are left out. */
  readonly unreadable: readonly string[];
}

export async function listTokens(client: Client): Promise<ListedTokens> {
  const { items } = await client
    .list(Secret, { namespace: TOKEN_NAMESPACE, fieldSelector: `type=${BOOTSTRAP_TOKEN}` })
    .catch((error: unknown) => {
      throw failed('failed to list bootstrap tokens', error);
    });
  const tokens: BootstrapToken[] = [];
  const unreadable: string[] = [];
  for (const secret of items)
    try {
      tokens.push(tokenOfSecret(secret));
    } catch (error) {
      unreadable.push(messageOf(error));
    }
  return { tokens, unreadable };
}

export async function deleteToken(client: Client, id: string): Promise<void> {
  await client.delete(Secret, secretNameOf(id), TOKEN_NAMESPACE).catch((error: unknown) => {
    throw failed(`failed to delete bootstrap token "${id}"`, error);
  });
}

/** What the server or the network says is the user's to change. */
const failed = (what: string, error: unknown): Error =>
  error instanceof StatusError || (error as NodeJS.ErrnoException).code
    ? new UserError(`${what}: ${messageOf(error)}`)
    : (error as Error);
