import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const GroupResource = struct(
  'io.k8s.apimachinery.pkg.apis.meta.v1.GroupResource',
  {
    group: required(
      string(1, { doc: 'API group of the resource. Empty for the core group.', emit: 'always' }),
    ),
    resource: required(string(2, { doc: 'Plural name of the resource.', emit: 'always' })),
  },
  { doc: 'A resource without its version.' },
);

export const StorageVersionMigrationSpec = struct(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationSpec',
  {
    resource: required(
      ref(1, GroupResource, { doc: 'Resource whose objects are migrated. Immutable.', emit: 'always' }),
    ),
  },
  { doc: 'Resource to migrate.' },
);

export const StorageVersionMigrationStatus = struct(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigrationStatus',
  {
    conditions: list(1, Condition, {
      doc: 'Latest observations of the migration: Running, Succeeded or Failed.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    resourceVersion: string(2, {
      doc: 'Resource version at which the migration began. The garbage collector must have seen it.',
    }),
  },
  { doc: 'Progress of the migration.' },
);

export const StorageVersionMigration = resource(
  'io.k8s.api.storagemigration.v1beta1.StorageVersionMigration',
  {
    doc: 'Requests that all stored objects of a resource are rewritten in its current storage version.',
    group: 'storagemigration.k8s.io',
    version: 'v1beta1',
    kind: 'StorageVersionMigration',
    plural: 'storageversionmigrations',
    singular: 'storageversionmigration',
    namespaced: false,
    storageVersionHash: 'pCjmmKOkLy4=',
    subresources: { status: { kind: 'StorageVersionMigration', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, StorageVersionMigrationSpec, { emit: 'always' }),
    status: ref(3, StorageVersionMigrationStatus, { emit: 'always' }),
  },
);
export interface StorageVersionMigration extends Of<typeof StorageVersionMigration> {}
