// The annotations of deployments and their replica sets for revisions and desired sizes. Pure.
import type { Deployment } from '../../api/kinds/apps/v1/deployment.ts';
import type { ReplicaSet } from '../../api/kinds/apps/v1/replica-set.ts';
import { DESIRED_REPLICAS, MAX_REPLICAS, sizeAnnotations } from './sizes.ts';

export const REVISION = 'deployment.kubernetes.io/revision';
const REVISION_HISTORY = 'deployment.kubernetes.io/revision-history';

type Annotations = Readonly<Record<string, string>>;

/** Annotations that are never copied from a deployment to its replica sets. */
const OWN = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  REVISION,
  REVISION_HISTORY,
  DESIRED_REPLICAS,
  MAX_REPLICAS,
  'deprecated.deployment.rollback.to',
]);

/** Most characters of the revision-history annotation, as upstream. */
const HISTORY_LENGTH = 2000;

export function revisionOf(set: Readonly<ReplicaSet>): number {
  return Number.parseInt(set.metadata.annotations?.[REVISION] ?? '0', 10) || 0;
}

export const maxRevision = (sets: readonly Readonly<ReplicaSet>[]): number =>
  sets.reduce((max, set) => Math.max(max, revisionOf(set)), 0);

/** The annotations of the newest replica set: the deployment's own, the revision, and for a set to be created its sizes. */
export function newSetAnnotations(
  deployment: Readonly<Deployment>,
  current: Annotations,
  revision: number,
  exists: boolean,
): Record<string, string> {
  const out: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!OWN.has(key)) out[key] = value;
  const before = current[REVISION];
  const old = Number.parseInt(before || '0', 10);
  if (Number.isNaN(old)) return out;
  if (old < revision) {
    out[REVISION] = String(revision);
    if (before !== undefined) out[REVISION_HISTORY] = withRevision(current[REVISION_HISTORY] ?? '', before);
  }
  return exists ? out : { ...out, ...sizeAnnotations(deployment) };
}

/** Appends a past revision and drops the oldest ones beyond the limit. */
function withRevision(history: string, revision: string): string {
  const revisions = history ? history.split(',') : [];
  revisions.push(revision);
  while (revisions.join(',').length > HISTORY_LENGTH && revisions.length > 1) revisions.shift();
  return revisions.join(',');
}
