// Node agents read the pods of all nodes for two things only: network policies, which select pods by labels, and the searches of pods that
// their name servers may answer. Until there is the first of these, no node may read other nodes' pods; from then on all may, as with the
// agents of other network plug-ins. Called by joining.ts.
import { ConfigMap } from '../../../api/kinds/core/v1/config-map.ts';
import { NetworkPolicy } from '../../../api/kinds/networking/v1/network-policy.ts';
import { ClusterRole } from '../../../api/kinds/rbac/v1/cluster-role.ts';
import { ClusterRoleBinding } from '../../../api/kinds/rbac/v1/cluster-role-binding.ts';
import type { PolicyRule } from '../../../api/kinds/rbac/v1/policy.ts';
import { isAlreadyExists, isNotFound } from '../../../api/status/status-error.ts';
import type { Client } from '../../../client/client.ts';
import { InformerFactory } from '../../../client/informer/factory.ts';
import { sameMeaning } from '../../../controllers/framework/same-meaning.ts';
import type { Clock } from '../../../kit/clock.ts';
import type { Logger } from '../../../kit/log.ts';
import type { Random } from '../../../kit/random.ts';

export interface PodsForAgentsOptions {
  /** With an administrator's rights. */
  readonly client: Client;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
}

const RBAC = 'rbac.authorization.k8s.io';
const NAME = 'tiphys:node-agent-pods';
const AGENT = 'tiphys:node-agent';
const RETRY_MS = 1_000;

const role: ClusterRole = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRole',
  metadata: { name: NAME },
  rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list', 'watch'] }],
};

const binding: ClusterRoleBinding = {
  apiVersion: `${RBAC}/v1`,
  kind: 'ClusterRoleBinding',
  metadata: { name: NAME },
  roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: NAME },
  subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:nodes' }],
};

/** Returns how to stop it. `rules`: what agents read anyway; versions before this one had pods among them, and lose those here. */
export function grantPodsWhenNeeded(options: PodsForAgentsOptions, rules: readonly PolicyRule[]): () => void {
  const { client, clock, log } = options;
  const stop = new AbortController();
  const informers = new InformerFactory(options);
  const policies = informers.informer(NetworkPolicy);
  const settings = informers.informer(ConfigMap, {
    namespace: 'kube-system',
    fieldSelector: 'metadata.name=kube-dns',
  });
  const untilDone = async (work: () => Promise<void>): Promise<void> => {
    while (!stop.signal.aborted)
      try {
        return await work();
      } catch (error) {
        log.warn('the rights of node agents could not be written', { error });
        await clock.sleep(RETRY_MS, stop.signal).catch(() => {});
      }
  };
  let granting: Promise<void> | undefined;
  const grant = () => {
    granting ??= untilDone(async () => {
      await client.create(ClusterRole, role).catch(unless(isAlreadyExists));
      await client.create(ClusterRoleBinding, binding).catch(unless(isAlreadyExists));
    }).then(() => informers.stop());
  };
  policies.addHandler({ onAdd: grant });
  settings.addHandler({ onAdd: grant });
  informers.start();
  // The right that is needed is there before the other one goes.
  void Promise.all([policies.synced(), settings.synced()])
    .then(() => granting)
    .then(() => untilDone(() => narrow(client, rules)));
  return () => {
    stop.abort();
    informers.stop();
  };
}

/** What administrators have changed stays. */
async function narrow(client: Client, rules: readonly PolicyRule[]): Promise<void> {
  const found = await client.get(ClusterRole, AGENT).catch(unless(isNotFound));
  const former = rules.map((rule) =>
    rule.apiGroups?.[0] === '' ? { ...rule, resources: ['namespaces', 'nodes', 'pods', 'services'] } : rule,
  );
  if (!found || !sameMeaning(found.rules, former)) return;
  await client.update(ClusterRole, { ...found, rules: [...rules] });
}

const unless =
  (isFine: (error: unknown) => boolean) =>
  (error: unknown): undefined => {
    if (!isFine(error)) throw error;
  };
