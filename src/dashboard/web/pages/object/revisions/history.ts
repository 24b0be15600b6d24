// The revisions of a Deployment (its ReplicaSets), StatefulSet or DaemonSet (their ControllerRevisions), and what brings one back. Pure.
import type { ControllerRevision } from '../../../../../api/kinds/apps/v1/controller-revision.ts';
import type { ReplicaSet } from '../../../../../api/kinds/apps/v1/replica-set.ts';
import type { PodTemplateSpec } from '../../../../../api/kinds/core/v1/pod-spec.ts';
import { controllerOf } from '../../../../../api/meta/v1/object.ts';
import { revisionOf, rollbackPatch } from '../../../../../api/rollout/revisions.ts';
import { withoutHash } from '../../../../../api/rollout/templates.ts';
import { largest } from '../../../../../kit/lists.ts';
import type { KubeObject } from '../object-shape.ts';
import { isObject } from '../yaml/document.ts';

export interface Revision {
  readonly revision: number;
  /** Of the ReplicaSet or ControllerRevision. */
  readonly name: string;
  readonly created: string | undefined;
  readonly changeCause: string;
  readonly images: readonly string[];
  /** Pods of this revision, where it is known. */
  readonly replicas: number | undefined;
  readonly isCurrent: boolean;
  readonly template: PodTemplateSpec;
  readonly restore: { readonly type: 'json' | 'strategic'; readonly body: unknown };
}

const CHANGE_CAUSE = 'kubernetes.io/change-cause';

const belongsTo = (owner: KubeObject) => (object: Pick<KubeObject, 'metadata'>) =>
  controllerOf(object)?.uid === owner.metadata.uid;

const imagesOf = ({ spec }: PodTemplateSpec): string[] =>
  [...(spec?.initContainers ?? []), ...(spec?.containers ?? [])].map(({ image }) => image ?? '');

/** The newest first. */
export function ofReplicaSets(deployment: KubeObject, replicaSets: readonly ReplicaSet[]): Revision[] {
  const current = revisionOf(deployment.metadata.annotations);
  const found: Revision[] = [];
  for (const replicaSet of replicaSets.filter(belongsTo(deployment))) {
    const { metadata, spec, status } = replicaSet;
    const revision = revisionOf(metadata.annotations);
    if (revision === undefined) continue;
    const template = withoutHash(spec?.template ?? { spec: { containers: [] } });
    found.push({
      ...{ revision, name: metadata.name ?? '', created: metadata.creationTimestamp, template },
      changeCause: metadata.annotations?.[CHANGE_CAUSE] ?? '',
      images: imagesOf(template),
      replicas: status?.replicas ?? 0,
      isCurrent: revision === current,
      restore: { type: 'json', body: rollbackPatch(deployment, replicaSet, template) },
    });
  }
  return found.sort((a, b) => b.revision - a.revision);
}

/** The data of a ControllerRevision is the patch that brings it back. The newest is what the controller rolls out. */
export function ofControllerRevisions(
  owner: KubeObject,
  revisions: readonly ControllerRevision[],
): Revision[] {
  const own = revisions.filter(belongsTo(owner));
  const newest = largest(own.map(({ revision }) => Number(revision)));
  return own
    .map(({ metadata, revision, data }) => {
      const template = templateIn(data);
      return {
        ...{
          revision: Number(revision),
          name: metadata.name ?? '',
          created: metadata.creationTimestamp,
          template,
        },
        changeCause: metadata.annotations?.[CHANGE_CAUSE] ?? '',
        images: imagesOf(template),
        replicas: undefined,
        isCurrent: Number(revision) === newest,
        restore: { type: 'strategic' as const, body: data },
      };
    })
    .sort((a, b) => b.revision - a.revision);
}

function templateIn(data: unknown): PodTemplateSpec {
  const spec = isObject(data) ? data.spec : undefined;
  const template = isObject(spec) ? spec.template : undefined;
  if (!isObject(template)) return { spec: { containers: [] } };
  const { $patch: _, ...fields } = template;
  return fields as PodTemplateSpec;
}

/** The one that `rollout undo` goes back to: the newest but the current. */
export const previousOf = (revisions: readonly Revision[]): Revision | undefined =>
  revisions.find(({ isCurrent }) => !isCurrent);
