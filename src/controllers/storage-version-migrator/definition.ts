// Tells the CustomResourceDefinition of a resource that its objects are migrated, and afterwards that no object is stored in an
// older version any more, unless the definition has changed meanwhile. Every write names the version that it was decided on.
// Upstream: pkg/controller/storageversionmigrator/migrationrunner.go.
import {
  CustomResourceDefinition,
  type CustomResourceDefinitionCondition,
} from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import { conditionOf, isConditionTrue } from '../../api/meta/v1/conditions.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { isConflict, isNotFound } from '../../api/status/status-error.ts';
import { rfc3339 } from '../../kit/clock.ts';
import type { ControllerContext } from '../framework/controller.ts';
import type { Migration } from './plan.ts';

const OWNER = { fieldManager: 'migration-runner-controller', force: true, subresource: 'status' };
const TYPE = 'StorageMigrating';
/** Upstream's retry.DefaultRetry. */
const ATTEMPTS = 5;

interface Report {
  readonly condition: Pick<CustomResourceDefinitionCondition, 'status' | 'reason' | 'message'>;
  readonly storedVersions?: readonly string[];
}

export function markMigrating(context: ControllerContext, migration: Migration): Promise<void> {
  const message = `Migration ${nameOf(migration)} is running`;
  return report(context, migration, () => ({
    condition: { status: 'True', reason: 'MigrationRunning', message },
  }));
}

export function markMigrated(context: ControllerContext, migration: Migration): Promise<void> {
  return report(context, migration, (definition) =>
    outcome(definition, isConditionTrue(migration, 'Succeeded')),
  );
}

/** What is known of the stored versions holds only for the definition that the migration began with. */
export function outcome(definition: Readonly<CustomResourceDefinition>, succeeded: boolean): Report {
  const isSame = conditionOf(definition, TYPE)?.observedGeneration === definition.metadata.generation;
  const stored = definition.spec?.versions?.find((version) => version.storage)?.name;
  const updated = isSame
    ? 'and the stored versions have been updated'
    : 'but the stored versions have not been updated due to a generation mismatch';
  if (!succeeded)
    return { condition: { status: 'False', reason: 'MigrationFailed', message: 'The migration has failed' } };
  const message = `The migration has succeeded ${updated}`;
  return {
    condition: { status: 'False', reason: 'MigrationSucceeded', message },
    ...(isSame && stored && { storedVersions: [stored] }),
  };
}

/** Does nothing for a resource that no definition makes. */
async function report(
  { client, clock }: ControllerContext,
  { spec }: Migration,
  reportOf: (definition: CustomResourceDefinition) => Report,
): Promise<void> {
  const name = `${spec?.resource?.resource}.${spec?.resource?.group}`;
  for (let attempt = 1; ; attempt++) {
    try {
      const definition = await client.get(CustomResourceDefinition, name);
      const { apiVersion, kind, metadata } = definition;
      const { condition, ...more } = reportOf(definition);
      const full = {
        ...{ type: TYPE, ...condition, lastTransitionTime: rfc3339(clock.now()) },
        observedGeneration: metadata.generation ?? 0,
      };
      const applied = { apiVersion, kind, metadata: { name, resourceVersion: metadata.resourceVersion } };
      const status = { conditions: [full], ...more };
      await client.patch(CustomResourceDefinition, name, undefined, 'apply', { ...applied, status }, OWNER);
      return;
    } catch (error) {
      if (isNotFound(error)) return;
      if (!isConflict(error) || attempt >= ATTEMPTS) throw error;
    }
  }
}
