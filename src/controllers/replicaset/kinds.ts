// The two kinds that keep a number of equal pods: ReplicaSet, and its elder ReplicationController, which differs in how
// it writes its selector and in its name.
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { ReplicationController } from '../../api/kinds/core/v1/replication-controller.ts';
import type { AnyResource, KubeObject } from '../../api/meta/v1/resource.ts';
import {
  type LabelSelector,
  labelSelectorOf,
  labelSelectorOfMap,
  noLabel,
} from '../../api/selectors/label-selector.ts';
import type { Informer } from '../../client/informer/informer.ts';
import type { ControllerContext } from '../framework/controller.ts';

export interface ReplicaKind {
  readonly kind: AnyResource;
  readonly controllerName: string;
  selectorOf(object: Readonly<ReplicaSet>): LabelSelector;
  /** The kind's informer, its objects seen as replica sets (all fields but the selector are alike). */
  informer(context: ControllerContext): Informer<ReplicaSet & KubeObject>;
}

export const replicaSets: ReplicaKind = {
  kind: ReplicaSet,
  controllerName: 'replicaset-controller',
  selectorOf: (object) => labelSelectorOf(object.spec?.selector),
  informer: (context) => context.informers.informer(ReplicaSet),
};

export const replicationControllers: ReplicaKind = {
  kind: ReplicationController,
  controllerName: 'replication-controller',
  selectorOf: (object) => {
    const labels = (object.spec as unknown as { selector?: Record<string, string> } | undefined)?.selector;
    return labels && Object.keys(labels).length > 0 ? labelSelectorOfMap(labels) : noLabel;
  },
  informer: (context) =>
    context.informers.informer(ReplicationController) as unknown as Informer<ReplicaSet & KubeObject>,
};
