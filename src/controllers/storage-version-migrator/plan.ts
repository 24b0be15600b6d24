// Which migrations of one resource run: one at a time, the oldest first. Pure.
// Upstream: pkg/controller/storageversionmigrator/migrationrunner.go.
import type { StorageVersionMigration } from '../../api/kinds/storagemigration/v1beta1/storage-version-migration.ts';
import { isConditionTrue } from '../../api/meta/v1/conditions.ts';
import { nameOf } from '../../api/meta/v1/object.ts';

export type Migration = Readonly<StorageVersionMigration>;

export interface Turn {
  /** Have ended, and still say that they run. */
  readonly finished: readonly Migration[];
  /** The one that runs from now on; undefined while another one does, or when none waits. */
  readonly next: Migration | undefined;
}

export const hasEnded = (migration: Migration): boolean =>
  isConditionTrue(migration, 'Succeeded') || isConditionTrue(migration, 'Failed');

export const isRunning = (migration: Migration): boolean => isConditionTrue(migration, 'Running');

/** `plural.group`, or `plural` in the core group. */
export function resourceOf({ spec }: Migration): string {
  const { group = '', resource = '' } = spec?.resource ?? {};
  return group ? `${resource}.${group}` : resource;
}

/** `migrations` are those of one resource. */
export function turnOf(migrations: readonly Migration[]): Turn {
  const finished = migrations.filter((one) => isRunning(one) && hasEnded(one));
  if (migrations.some((one) => isRunning(one) && !hasEnded(one))) return { finished, next: undefined };
  const waiting = migrations.filter((one) => !isRunning(one) && !hasEnded(one));
  return { finished, next: waiting.sort(byAge)[0] };
}

function byAge(one: Migration, other: Migration): number {
  const [a, b] = [one, other].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') || 0);
  return a! - b! || (nameOf(one) < nameOf(other) ? -1 : 1);
}

/** Whether an object was written after the migration began: then it has the current storage version already. */
export const isNewer = (resourceVersion: string, began: string): boolean =>
  BigInt(resourceVersion) > BigInt(began);

export const isResourceVersion = (text: string): boolean => /^[1-9][0-9]*$/.test(text);
