// How far the rollout of a Deployment, DaemonSet or StatefulSet is, in upstream's words. Pure; `kubectl rollout status` and the
// dashboard call it.
import type { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { revisionOf } from './revisions.ts';

export interface RolloutStatus {
  /** A line, or nothing. */
  readonly text: string;
  readonly done: boolean;
}

const waiting = (text: string): RolloutStatus => ({ text: `${text}\n`, done: false });
const complete = (text: string): RolloutStatus => ({ text: `${text}\n`, done: true });

/** `revision` above 0 must be the one that runs. */
export function deploymentStatus(deployment: Deployment, revision: number): RolloutStatus {
  const { metadata, spec, status = {} } = deployment;
  const name = `"${metadata.name ?? ''}"`;
  if (revision > 0) {
    const running = revisionOf(metadata.annotations) ?? 0;
    if (running !== revision)
      throw new Error(`desired revision (${revision}) is different from the running revision (${running})`);
  }
  if ((metadata.generation ?? 0) > (status.observedGeneration ?? 0))
    return waiting('Waiting for deployment spec update to be observed...');
  const progressing = status.conditions?.find(({ type }) => type === 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    throw new Error(`deployment ${name} exceeded its progress deadline`);
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status;
  const desired = spec?.replicas;
  const finish = `Waiting for deployment ${name} rollout to finish:`;
  if (desired !== undefined && updatedReplicas < desired)
    return waiting(`${finish} ${updatedReplicas} out of ${desired} new replicas have been updated...`);
  if (replicas > updatedReplicas)
    return waiting(`${finish} ${replicas - updatedReplicas} old replicas are pending termination...`);
  if (availableReplicas < updatedReplicas)
    return waiting(`${finish} ${availableReplicas} of ${updatedReplicas} updated replicas are available...`);
  return complete(`deployment ${name} successfully rolled out`);
}

const onlyRolling = (): Error =>
  new Error('rollout status is only available for RollingUpdate strategy type');

export function daemonSetStatus({ metadata, spec, status }: DaemonSet): RolloutStatus {
  if (spec?.updateStrategy?.type !== 'RollingUpdate') throw onlyRolling();
  const name = `"${metadata.name ?? ''}"`;
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0))
    return waiting('Waiting for daemon set spec update to be observed...');
  const { updatedNumberScheduled: updated = 0, desiredNumberScheduled: desired = 0 } = status ?? {};
  const available = status?.numberAvailable ?? 0;
  const finish = `Waiting for daemon set ${name} rollout to finish:`;
  if (updated < desired)
    return waiting(`${finish} ${updated} out of ${desired} new pods have been updated...`);
  if (available < desired)
    return waiting(`${finish} ${available} of ${desired} updated pods are available...`);
  return complete(`daemon set ${name} successfully rolled out`);
}

export function statefulSetStatus({ metadata, spec, status }: StatefulSet): RolloutStatus {
  const strategy = spec?.updateStrategy;
  if (strategy?.type !== 'RollingUpdate') throw onlyRolling();
  const observed = status?.observedGeneration ?? 0;
  if (observed === 0 || (metadata.generation ?? 0) > observed)
    return waiting('Waiting for statefulset spec update to be observed...');
  const { readyReplicas = 0, updatedReplicas = 0, currentReplicas = 0 } = status ?? {};
  const { updateRevision = '', currentRevision = '' } = status ?? {};
  const desired = spec?.replicas;
  if (desired !== undefined && readyReplicas < desired)
    return waiting(`Waiting for ${desired - readyReplicas} pods to be ready...`);
  if (strategy.rollingUpdate) {
    const { partition } = strategy.rollingUpdate;
    const wanted = desired !== undefined && partition !== undefined ? desired - partition : 0;
    if (updatedReplicas < wanted)
      return waiting(
        `Waiting for partitioned roll out to finish: ${updatedReplicas} out of ${wanted} new pods have been updated...`,
      );
    return complete(`partitioned roll out complete: ${updatedReplicas} new pods have been updated...`);
  }
  if (updateRevision !== currentRevision)
    return waiting(
      `waiting for statefulset rolling update to complete ${updatedReplicas} pods at revision ${updateRevision}...`,
    );
  return complete(
    `statefulset rolling update complete ${currentReplicas} pods at revision ${currentRevision}...`,
  );
}
