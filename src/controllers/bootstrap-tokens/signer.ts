// Promise: the ConfigMap cluster-info in kube-public has a signature of its kubeconfig for every bootstrap token that may sign. Who has
// a token can so tell that the cluster, which it does not know yet, is the one that the token is of.
// Upstream: pkg/controller/bootstrap/bootstrapsigner.go.
import { ConfigMap } from '../../api/kinds/core/v1/config-map.ts';
import { namespaceOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { expiryOf, usableToken } from '../../api/tokens/bootstrap-token.ts';
import { smallest } from '../../kit/lists.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { signedInfo } from './signed-info.ts';
import { isToken, tokenSecrets } from './token-secrets.ts';

const NAME = 'cluster-info';
const NAMESPACE = 'kube-public';

export function createBootstrapSigner(context: ControllerContext): Controller {
  const { client, clock, informers } = context;
  const secrets = tokenSecrets(context);
  const maps = informers.informer(ConfigMap, { fieldSelector: `metadata.name=${NAME}` });
  return {
    name: 'bootstrap-signer-controller',
    workers: 1,
    watches: [
      watch(secrets, (secret) => (isToken(secret) ? [NAME] : [])),
      watch(maps, (map) => (namespaceOf(map) === NAMESPACE ? [NAME] : [])),
    ],
    reconcile: async () => {
      const map = maps.lister.get(NAME, NAMESPACE);
      if (!map?.data) return undefined;
      const now = clock.now();
      const all = secrets.lister.list().filter(isToken);
      const tokens = all.flatMap((secret) => usableToken(secret, 'signing', now) ?? []);
      const data = signedInfo(map.data, tokens);
      if (data && !sameMeaning(data, map.data))
        await client.update(ConfigMap, { ...map, data }).catch((error: unknown) => {
          if (!isConflict(error) && !isNotFound(error)) throw error;
        });
      // A token that ends signs no more, also while its Secret is there.
      const next = smallest(all.flatMap((secret) => expiryOf(secret) ?? []).filter((end) => end > now));
      return Number.isFinite(next) ? { requeueAfter: next - now } : undefined;
    },
  };
}
