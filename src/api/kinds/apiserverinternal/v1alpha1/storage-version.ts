import { resource } from '../../../meta/v1/resource.ts';
import { int64, list, type Of, ref, required, string, struct, text, time } from '../../../schema/notation.ts';

export const ServerStorageVersion = struct(
  'io.k8s.api.apiserverinternal.v1alpha1.ServerStorageVersion',
  {
    apiServerID: required(string(1, { doc: 'ID of the API server that reports.' })),
    decodableVersions: required(
      list(3, text, {
        doc: 'Versions in which this API server can read stored objects, encodingVersion among them.',
        listType: 'set',
      }),
    ),
    encodingVersion: required(string(2, { doc: 'Version in which this API server stores objects.' })),
    servedVersions: list(4, text, {
      doc: 'Versions that this API server serves. All of them must be decodable.',
      listType: 'set',
    }),
  },
  { doc: 'Versions of a resource, as one API server reports them.' },
);
export interface ServerStorageVersion extends Of<typeof ServerStorageVersion> {}

export const StorageVersionCondition = struct(
  'io.k8s.api.apiserverinternal.v1alpha1.StorageVersionCondition',
  {
    lastTransitionTime: time(4, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: required(string(6, { doc: 'Human-readable message with details.' })),
    observedGeneration: int64(3, { doc: 'Generation of the object that the condition is based on.' }),
    reason: required(string(5, { doc: 'Brief machine-readable reason in CamelCase.', emit: 'always' })),
    status: required(string(2, { doc: 'Status of the condition: True, False or Unknown.', emit: 'always' })),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Condition of a StorageVersion.' },
);
export interface StorageVersionCondition extends Of<typeof StorageVersionCondition> {}

export const StorageVersionSpec = struct(
  'io.k8s.api.apiserverinternal.v1alpha1.StorageVersionSpec',
  {},
  { doc: 'Has no fields.' },
);

export const StorageVersionStatus = struct(
  'io.k8s.api.apiserverinternal.v1alpha1.StorageVersionStatus',
  {
    commonEncodingVersion: string(2, {
      doc: 'Version in which all API servers store objects. Absent while they differ.',
      emit: 'if-set',
    }),
    conditions: list(3, StorageVersionCondition, {
      doc: 'Latest observations of the storage version.',
      listType: 'map',
      keys: ['type'],
    }),
    storageVersions: list(1, ServerStorageVersion, {
      doc: 'Versions by API server.',
      listType: 'map',
      keys: ['apiServerID'],
    }),
  },
  { doc: 'Versions that the API servers report.' },
);
export interface StorageVersionStatus extends Of<typeof StorageVersionStatus> {}

export const StorageVersion = resource(
  'io.k8s.api.apiserverinternal.v1alpha1.StorageVersion',
  {
    doc: 'In which versions API servers store and read a resource. Its name is <group>.<resource>.',
    group: 'internal.apiserver.k8s.io',
    version: 'v1alpha1',
    kind: 'StorageVersion',
    plural: 'storageversions',
    singular: 'storageversion',
    namespaced: false,
    storageVersionHash: 'c8YZt5U0nPk=',
    subresources: { status: { kind: 'StorageVersion', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, StorageVersionSpec, { emit: 'always' }),
    status: ref(3, StorageVersionStatus, { emit: 'always' }),
  },
);
export interface StorageVersion extends Of<typeof StorageVersion> {}
