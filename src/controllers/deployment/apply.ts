// The writes of a deployment to its replica sets, each with its event, and to itself. Sets are updated at the cached
// resourceVersion: a conflict means that the cache is behind, and the round is repeated.
import { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { controllerOf, controllerReference, nameOf, namespaceOf, uidOf } from '../../api/meta/v1/object.ts';
import { isAlreadyExists, isNotFound } from '../../api/status/status-error.ts';
import { referenceTo } from '../../client/events/events.ts';
import type { ControllerContext } from '../framework/controller.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { newSetAnnotations, REVISION } from './annotations.ts';
import { draftSet, sameTemplate } from './history.ts';
import { newSetSize, replicasOf, sizeAnnotations } from './sizes.ts';

/** Scales a set and updates its size annotations, which a set of the right size may lack; true when its size changed. */
export async function scaleSet(
  context: ControllerContext,
  deployment: Readonly<Deployment>,
  set: Readonly<ReplicaSet>,
  size: number,
): Promise<boolean> {
  const before = replicasOf(set);
  const annotations = { ...set.metadata.annotations, ...sizeAnnotations(deployment) };
  if (before === size && sameMeaning(annotations, set.metadata.annotations)) return false;
  await context.client.update(ReplicaSet, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec!, replicas: size },
  });
  if (before === size) return false;
  const direction = before < size ? 'up' : 'down';
  const message = `Scaled ${direction} replica set ${nameOf(set)} from ${before} to ${size}`;
  context.events.record(referenceTo(Deployment, deployment), 'Normal', 'ScalingReplicaSet', message);
  return true;
}

/** Updates annotations and minReadySeconds of the newest set; returns the set as it is then. */
export async function refreshNewSet(
  context: ControllerContext,
  deployment: Readonly<Deployment>,
  set: Readonly<ReplicaSet>,
  revision: bigint,
): Promise<Readonly<ReplicaSet>> {
  const annotations = newSetAnnotations(deployment, set.metadata.annotations ?? {}, revision, true);
  const minReadySeconds = deployment.spec?.minReadySeconds ?? 0;
  if (
    sameMeaning(annotations, set.metadata.annotations) &&
    (set.spec?.minReadySeconds ?? 0) === minReadySeconds
  )
    return set;
  return context.client.update(ReplicaSet, {
    ...set,
    metadata: { ...set.metadata, annotations },
    spec: { ...set.spec!, minReadySeconds },
  });
}

export type Creation =
  | { readonly outcome: 'created' | 'found'; readonly set: Readonly<ReplicaSet> }
  | { readonly outcome: 'collision' };

/**
 * Creates the set for the deployment's template. One of that name exists when the cache is behind an earlier round ('found'),
 * or when the hash of another template is equal, or the set is another owner's ('collision').
 */
export async function createNewSet(
  context: ControllerContext,
  deployment: Readonly<Deployment>,
  old: readonly Readonly<ReplicaSet>[],
  revision: bigint,
): Promise<Creation> {
  const draft = draftSet(deployment);
  draft.metadata.ownerReferences = [controllerReference(Deployment, deployment)];
  draft.metadata.annotations = newSetAnnotations(deployment, {}, revision, false);
  draft.spec!.replicas = newSetSize(deployment, old, 0);
  try {
    const set = await context.client.create(ReplicaSet, draft);
    announce(context, deployment, set);
    return { outcome: 'created', set };
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
  const set = await context.client.get(ReplicaSet, nameOf(draft), namespaceOf(draft));
  const ours = controllerOf(set)?.uid === uidOf(deployment);
  const same = sameTemplate(set.spec?.template, deployment.spec?.template);
  return ours && same ? { outcome: 'found', set } : { outcome: 'collision' };
}

function announce(context: ControllerContext, deployment: Readonly<Deployment>, set: ReplicaSet): void {
  const size = replicasOf(set);
  if (size === 0) return;
  const message = `Scaled up replica set ${nameOf(set)} from 0 to ${size}`;
  context.events.record(referenceTo(Deployment, deployment), 'Normal', 'ScalingReplicaSet', message);
}

/** Writes the newest set's revision to the deployment; returns the deployment's metadata as it is then. */
export async function writeRevision(
  context: ControllerContext,
  deployment: Readonly<Deployment>,
  revision: string,
): Promise<Deployment['metadata']> {
  const { annotations } = deployment.metadata;
  if (annotations?.[REVISION] === revision) return deployment.metadata;
  const noted = {
    ...deployment,
    metadata: { ...deployment.metadata, annotations: { ...annotations, [REVISION]: revision } },
  };
  return (await context.client.update(Deployment, noted)).metadata;
}

export async function deleteSets(
  context: ControllerContext,
  sets: readonly Readonly<ReplicaSet>[],
): Promise<void> {
  for (const set of sets) {
    try {
      await context.client.delete(ReplicaSet, nameOf(set), namespaceOf(set));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
