// The status of a StorageVersionMigration: what it has reached, and from which resource version on. Pure.
import type { Condition } from '../../api/meta/v1/condition.ts';
import { conditionOf } from '../../api/meta/v1/conditions.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { Migration } from './plan.ts';

type Status = NonNullable<Migration['status']>;

export const RUNNING = { type: 'Running', reason: 'MigrationRunning', message: 'The migration is running' };

export const SUCCEEDED = { type: 'Succeeded', reason: 'StorageVersionMigrationSucceeded', message: '' };

export const failed = (message: string) => ({
  type: 'Failed',
  reason: 'StorageVersionMigrationFailed',
  message,
});

/** With one more condition that is True. Once there is one of the type, it stays as it is. */
export function reached(
  migration: Migration,
  condition: Pick<Condition, 'type' | 'reason' | 'message'>,
  now: number,
): Status {
  const { status = {} } = migration;
  if (conditionOf(migration, condition.type)) return status;
  const added: Condition = { ...condition, status: 'True', lastTransitionTime: rfc3339(now) };
  return { ...status, conditions: [...(status.conditions ?? []), added] };
}

/** Of a migration that has ended: it no longer runs. */
export function completed(migration: Migration, now: number): Status {
  const { generation } = migration.metadata;
  const conditions = (migration.status?.conditions ?? []).map((one) =>
    one.type === 'Running'
      ? {
          ...one,
          status: 'False',
          reason: 'MigrationCompleted',
          message: 'Migration completed',
          ...(generation && { observedGeneration: generation }),
          lastTransitionTime: rfc3339(now),
        }
      : one,
  );
  return { ...migration.status, conditions };
}
