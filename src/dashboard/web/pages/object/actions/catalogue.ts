// What may be done to an object, and which right each deed needs. Pure. The page offers what the user may do.
import type { KubeObject } from '../object-shape.ts';

export type ActionId =
  | 'scale'
  | 'restart'
  | 'pause'
  | 'resume'
  | 'rollback'
  | 'trigger'
  | 'suspend'
  | 'unsuspend'
  | 'cordon'
  | 'uncordon'
  | 'drain'
  | 'evict'
  | 'delete';

/** As in a SelfSubjectAccessReview. */
export interface Right {
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly verb: string;
  /** Of all namespaces, or of none, when it is empty. */
  readonly namespace: string;
  readonly name?: string;
}

export interface Action {
  readonly id: ActionId;
  readonly title: string;
  readonly isDangerous?: boolean;
  readonly rights: readonly Right[];
}

export interface ActedKind {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
  readonly verbs: readonly string[];
}

const TITLES: Readonly<Record<ActionId, string>> = {
  scale: 'Scale',
  restart: 'Restart',
  pause: 'Pause rollout',
  resume: 'Resume rollout',
  rollback: 'Roll back',
  trigger: 'Run now',
  suspend: 'Suspend',
  unsuspend: 'Resume',
  cordon: 'Cordon',
  uncordon: 'Uncordon',
  drain: 'Drain',
  evict: 'Evict',
  delete: 'Delete',
};

const DANGEROUS: ReadonlySet<ActionId> = new Set<ActionId>(['drain', 'evict', 'delete']);

type Spec = { readonly paused?: boolean; readonly suspend?: boolean; readonly unschedulable?: boolean };

/** Those of its kind that make sense in its state, in the order of the menu. */
export function actionIds({ group, kind, verbs }: ActedKind, object: KubeObject): ActionId[] {
  const spec = (object.spec ?? {}) as Spec;
  const last: ActionId[] = verbs.includes('delete') ? ['delete'] : [];
  return [...special(`${kind}.${group}`, spec, object), ...last];
}

function special(kind: string, spec: Spec, object: KubeObject): ActionId[] {
  switch (kind) {
    case 'Deployment.apps':
      return spec.paused ? ['scale', 'resume'] : ['scale', 'restart', 'rollback', 'pause'];
    case 'StatefulSet.apps':
      return ['scale', 'restart', 'rollback'];
    case 'DaemonSet.apps':
      return ['restart', 'rollback'];
    case 'ReplicaSet.apps':
    case 'ReplicationController.':
      return ['scale'];
    case 'CronJob.batch':
      return ['trigger', spec.suspend ? 'unsuspend' : 'suspend'];
    case 'Job.batch':
      return isFinishedJob(object) ? [] : [spec.suspend ? 'unsuspend' : 'suspend'];
    case 'Node.':
      return [spec.unschedulable ? 'uncordon' : 'cordon', 'drain'];
    case 'Pod.':
      return object.metadata.deletionTimestamp ? [] : ['evict'];
    default:
      return [];
  }
}

function isFinishedJob({ status }: KubeObject): boolean {
  const conditions = (status?.conditions ?? []) as readonly { type: string; status: string }[];
  return conditions.some(
    ({ type, status: is }) => (type === 'Complete' || type === 'Failed') && is === 'True',
  );
}

export function actionOf(id: ActionId, kind: ActedKind, object: KubeObject): Action {
  return {
    id,
    title: TITLES[id],
    ...(DANGEROUS.has(id) && { isDangerous: true }),
    rights: rightsOf(id, kind, object),
  };
}

function rightsOf(id: ActionId, { group, plural }: ActedKind, { metadata }: KubeObject): Right[] {
  const { name = '', namespace = '' } = metadata;
  const own = (verb: string, subresource?: string): Right => ({
    ...{ group, resource: plural, verb, namespace, name },
    ...(subresource && { subresource }),
  });
  switch (id) {
    case 'scale':
      return [own('patch', 'scale')];
    case 'trigger':
      return [{ group: 'batch', resource: 'jobs', verb: 'create', namespace }];
    case 'evict':
      return [own('create', 'eviction')];
    case 'drain':
      return [
        own('patch'),
        { group: '', resource: 'pods', verb: 'list', namespace: '' },
        { group: '', resource: 'pods', subresource: 'eviction', verb: 'create', namespace: '' },
      ];
    case 'delete':
      return [own('delete')];
    default:
      return [own('patch')];
  }
}

/** The key of what is remembered of an answer. */
export const keyOfRight = ({
  group,
  resource,
  subresource = '',
  verb,
  namespace,
  name = '',
}: Right): string => [verb, group, resource, subresource, namespace, name].join('/');

export const reviewOf = (right: Right) => ({
  apiVersion: 'authorization.k8s.io/v1',
  kind: 'SelfSubjectAccessReview',
  spec: { resourceAttributes: right },
});
