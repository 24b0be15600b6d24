// The built-in kinds that verbs know the inside of, each loaded when it is met: their definitions say how patches merge, and give
// objects the form that Go's encoder gives them.
import { normalize } from '../../api/codec/normalize.ts';
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { KubeObject } from '../resources/object.ts';

const KINDS: Readonly<Record<string, () => Promise<AnyResource>>> = {
  'v1/Pod': async () => (await import('../../api/kinds/core/v1/pod.ts')).Pod,
  'v1/ReplicationController': async () =>
    (await import('../../api/kinds/core/v1/replication-controller.ts')).ReplicationController,
  'v1/Service': async () => (await import('../../api/kinds/core/v1/service.ts')).Service,
  'v1/Node': async () => (await import('../../api/kinds/core/v1/node.ts')).Node,
  'v1/ConfigMap': async () => (await import('../../api/kinds/core/v1/config-map.ts')).ConfigMap,
  'v1/Secret': async () => (await import('../../api/kinds/core/v1/secret.ts')).Secret,
  'apps/v1/Deployment': async () => (await import('../../api/kinds/apps/v1/deployment.ts')).Deployment,
  'apps/v1/DaemonSet': async () => (await import('../../api/kinds/apps/v1/daemon-set.ts')).DaemonSet,
  'apps/v1/ReplicaSet': async () => (await import('../../api/kinds/apps/v1/replica-set.ts')).ReplicaSet,
  'apps/v1/StatefulSet': async () => (await import('../../api/kinds/apps/v1/stateful-set.ts')).StatefulSet,
  'batch/v1/Job': async () => (await import('../../api/kinds/batch/v1/job.ts')).Job,
  'batch/v1/CronJob': async () => (await import('../../api/kinds/batch/v1/cron-job.ts')).CronJob,
  'rbac.authorization.k8s.io/v1/RoleBinding': async () =>
    (await import('../../api/kinds/rbac/v1/role-binding.ts')).RoleBinding,
  'rbac.authorization.k8s.io/v1/ClusterRoleBinding': async () =>
    (await import('../../api/kinds/rbac/v1/cluster-role-binding.ts')).ClusterRoleBinding,
};

export interface Typed {
  /** Undefined for a kind that no verb changes the inside of. */
  readonly kind: AnyResource | undefined;
  readonly object: KubeObject;
}

/** The object in the form of its kind. */
export async function typed(object: KubeObject): Promise<Typed> {
  const name = `${object.apiVersion ?? ''}/${object.kind ?? ''}`;
  const load = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  const kind = await load?.();
  return { kind, object: kind ? normalize(kind, object) : object };
}
