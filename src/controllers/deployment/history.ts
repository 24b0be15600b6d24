// Which replica set is the deployment's newest, which are old, which to delete, and the name of a new one. Follows
// pkg/controller/deployment/util/deployment_util.go. Pure.
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../api/kinds/core/v1/pod-spec.ts';
import { isBeingDeleted } from '../../api/meta/v1/object.ts';
import { templateHash } from '../framework/history/template-hash.ts';
import { sameMeaning } from '../framework/same-meaning.ts';
import { revisionOf } from './annotations.ts';
import { byCreation, replicasOf } from './sizes.ts';

export const POD_TEMPLATE_HASH = 'pod-template-hash';

/**
 * The oldest set with the deployment's template; after a rollback that is an earlier one. By template and not by hash, which
 * depends on the collision count, and differs for sets that upstream's controller has made.
 */
export function findNewSet(
  deployment: Readonly<Deployment>,
  sets: readonly Readonly<ReplicaSet>[],
): Readonly<ReplicaSet> | undefined {
  return [...sets]
    .sort(byCreation)
    .find((set) => sameTemplate(set.spec?.template, deployment.spec?.template));
}

export function sameTemplate(
  a: Readonly<PodTemplateSpec> | undefined,
  b: Readonly<PodTemplateSpec> | undefined,
): boolean {
  return sameMeaning(withoutHash(a), withoutHash(b));
}

function withoutHash(template: Readonly<PodTemplateSpec> | undefined): unknown {
  const labels = { ...template?.metadata?.labels };
  delete labels[POD_TEMPLATE_HASH];
  return { ...template, metadata: { ...template?.metadata, labels } };
}

/** The set that a deployment would create now, without size and annotations. */
export function draftSet(deployment: Readonly<Deployment>): ReplicaSet {
  const { spec, metadata, status } = deployment;
  const hash = templateHash(spec?.template, status?.collisionCount);
  const labels = { ...spec?.template.metadata?.labels, [POD_TEMPLATE_HASH]: hash };
  const selector = {
    ...spec?.selector,
    matchLabels: { ...spec?.selector.matchLabels, [POD_TEMPLATE_HASH]: hash },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name: `${metadata.name}-${hash}`, namespace: metadata.namespace, labels },
    spec: {
      selector,
      template: {
        ...spec?.template,
        metadata: { ...spec?.template.metadata, labels: { ...labels } },
      },
      ...(spec?.minReadySeconds && { minReadySeconds: spec.minReadySeconds }),
    },
  };
}

/** Old sets beyond the history limit, oldest revision first. Sets with pods, or whose status is not observed yet, are kept. */
export function forgettableSets(
  deployment: Readonly<Deployment>,
  old: readonly Readonly<ReplicaSet>[],
): Readonly<ReplicaSet>[] {
  const limit = deployment.spec?.revisionHistoryLimit;
  // The API defaults it to 10.
  if (limit === undefined) return [];
  const candidates = old.filter((set) => !isBeingDeleted(set));
  return candidates
    .sort((a, b) => Number(revisionOf(a) - revisionOf(b)) || byCreation(a, b))
    .slice(0, Math.max(0, candidates.length - limit))
    .filter(
      (set) =>
        (set.status?.replicas ?? 0) === 0 &&
        replicasOf(set) === 0 &&
        (set.metadata.generation ?? 0) <= (set.status?.observedGeneration ?? 0),
    );
}
