// The two kinds that keep a number of equal pods: ReplicaSet and the older ReplicationController. They differ in how a
// selector is written and in two fields of the status.
import { ReplicaSet, type ReplicaSetStatus } from '../../api/kinds/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { ReplicationController } from '../../api/kinds/core/v1/replication-controller.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { labelSelectorOf, labelSelectorOfMap, noLabel } from '../../api/selectors/label-selector.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { type OwnerKind, ownerKind } from '../framework/ownership/owner-kind.ts';

/** The fields that both kinds share. */
export type Replicated = KubeObject & {
  spec?: {
    readonly replicas?: number;
    readonly minReadySeconds?: number;
    readonly template?: PodTemplateSpec;
  };
  status?: ReplicaSetStatus;
};

export interface ReplicaKind<O extends Replicated> {
  readonly controllerName: string;
  /** Whether the status counts terminating pods. */
  readonly countsTerminating: boolean;
  owners(context: ControllerContext): OwnerKind<O>;
}

export const replicaSets: ReplicaKind<ReplicaSet & KubeObject> = {
  controllerName: 'replicaset-controller',
  countsTerminating: true,
  owners: (context) => ownerKind(context, ReplicaSet, ({ spec }) => labelSelectorOf(spec?.selector)),
};

export const replicationControllers: ReplicaKind<ReplicationController & KubeObject> = {
  controllerName: 'replication-controller',
  countsTerminating: false,
  owners: (context) =>
    ownerKind(context, ReplicationController, ({ spec }) => {
      const labels = spec?.selector;
      return labels && Object.keys(labels).length > 0 ? labelSelectorOfMap(labels) : noLabel;
    }),
};
