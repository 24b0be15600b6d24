// Promise: a bootstrap token's Secret is deleted when its time is over. Upstream: pkg/controller/bootstrap/tokencleaner.go.
import { Secret } from '../../api/kinds/core/v1/secret.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { expiryOf, TOKEN_NAMESPACE } from '../../api/tokens/bootstrap-token.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { isToken, tokenSecrets } from './token-secrets.ts';

export function createTokenCleaner(context: ControllerContext): Controller {
  const { client, clock } = context;
  const secrets = tokenSecrets(context);
  return {
    name: 'token-cleaner-controller',
    workers: 1,
    watches: [watch(secrets, (secret) => (isToken(secret) ? [nameOf(secret)] : []))],
    reconcile: async (name) => {
      const secret = secrets.lister.get(name, TOKEN_NAMESPACE);
      const end = secret && expiryOf(secret);
      if (end === undefined) return undefined;
      if (end > clock.now()) return { requeueAfter: end - clock.now() };
      const preconditions = { uid: secret!.metadata.uid! };
      await client.delete(Secret, name, TOKEN_NAMESPACE, { preconditions }).catch((error: unknown) => {
        if (!isNotFound(error) && !isConflict(error)) throw error;
      });
      return undefined;
    },
  };
}
