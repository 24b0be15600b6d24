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

/** A revision as a text, if it is a signed integer of 64 bits. */
function revisionIn(text: string): bigint | undefined {
  if (!/^[+-]?[0-9]{1,40}$/.test(text)) return undefined;
  const value = BigInt(text.startsWith('+') ? text.slice(1) : text);
  return value === BigInt.asIntN(64, value) ? value : undefined;
}

/** 0 for a set without a revision, or with one that is no integer of 64 bits. */
export const revisionOf = (set: Readonly<ReplicaSet>): bigint =>
  revisionIn(set.metadata.annotations?.[REVISION] ?? '0') ?? 0n;

/** The revision that follows those of all the sets. */
export const nextRevision = (sets: readonly Readonly<ReplicaSet>[]): bigint =>
  BigInt.asIntN(64, sets.map(revisionOf).reduce((max, one) => (one > max ? one : max), 0n) + 1n);

/** The annotations of the newest replica set: the deployment's own, the revision, and for a set to be created its sizes. */
export function newSetAnnotations(
  deployment: Readonly<Deployment>,
  current: Annotations,
  revision: bigint,
  exists: boolean,
): Record<string, string> {
  const out: Record<string, string> = { ...current };
  for (const [key, value] of Object.entries(deployment.metadata.annotations ?? {}))
    if (!OWN.has(key)) out[key] = value;
  const before = current[REVISION];
  const old = revisionIn(before || '0');
  if (old === undefined) return out;
  if (old < revision) {
    out[REVISION] = String(revision);
    if (before !== undefined) out[REVISION_HISTORY] = withRevision(current[REVISION_HISTORY] ?? '', before);
  }
  return exists ? out : { ...out, ...sizeAnnotations(deployment) };
}

/** Appends a past revision and drops the oldest ones beyond the limit. */
function withRevision(history: string, revision: string): string {
  const all = history ? `${history},${revision}` : revision;
  if (all.length <= HISTORY_LENGTH) return all;
  const cut = all.indexOf(',', all.length - HISTORY_LENGTH - 1);
  return cut < 0 ? revision : all.slice(cut + 1);
}
