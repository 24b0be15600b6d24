// Validates StorageVersionMigrations: the resource never changes, and a migration ends once.
// Paths and messages follow k8s.io/kubernetes pkg/apis/storagemigration/validation.
import { addAll } from '../../../../kit/lists.ts';
import type { StorageVersionMigration } from '../../../kinds/storagemigration/v1beta1/storage-version-migration.ts';
import { type FieldError, immutable, invalid, required } from '../../field.ts';
import { isDNS1035Label, isDNS1123Subdomain } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { conditionsErrors } from './conditions.ts';

type Migration = StorageVersionMigration;
const CONDITIONS = 'status.conditions';
const VERSION = 'status.resourceVersion';

function specErrors({ spec }: Migration): FieldError[] {
  const { group = '', resource = '' } = spec?.resource ?? {};
  const errors: FieldError[] = [];
  if (resource === '') errors.push(required('spec.resource.resource', 'resource is required to be set'));
  else addAll(errors, joined('spec.resource.resource', resource, isDNS1035Label(resource)));
  if (group !== '') addAll(errors, joined('spec.resource.group', group, isDNS1123Subdomain(group)));
  return errors;
}

const joined = (path: string, value: string, texts: readonly string[]): FieldError[] =>
  texts.length > 0 ? [invalid(path, value, texts.join(','))] : [];

const has = ({ status }: Migration, type: string): boolean =>
  status?.conditions?.find((condition) => condition.type === type)?.status === 'True';

function statusErrors(migration: Migration, old: Migration): FieldError[] {
  const { resourceVersion = '', conditions } = migration.status ?? {};
  const before = old.status?.resourceVersion ?? '';
  const errors: FieldError[] = [];
  if (resourceVersion !== '' && !/^[1-9][0-9]*$/.test(resourceVersion))
    errors.push(invalid(VERSION, resourceVersion, `resource version is not well formed: ${resourceVersion}`));
  addAll(errors, conditionsErrors(CONDITIONS, conditions));
  if (before !== '' && before !== resourceVersion) errors.push(immutable(VERSION, resourceVersion));
  const wrong = (why: string) => errors.push(invalid(CONDITIONS, conditions, why));
  if (has(migration, 'Succeeded') && has(migration, 'Failed'))
    wrong('Both success and failed conditions cannot be true at the same time');
  if (has(old, 'Succeeded') && !has(migration, 'Succeeded'))
    wrong('Success condition cannot be set to false once it is true');
  if (has(old, 'Failed') && !has(migration, 'Failed'))
    wrong('Failed condition cannot be set to false once it is true');
  return errors;
}

export const storageVersionMigrationRules: Rules<Migration> = {
  create: specErrors,
  update: (migration, old) => [
    ...specErrors(migration),
    ...(semanticEqual(migration.spec, old.spec) ? [] : [immutable('spec', migration.spec)]),
  ],
  status: statusErrors,
};
