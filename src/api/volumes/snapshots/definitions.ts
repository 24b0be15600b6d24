// The CustomResourceDefinitions of snapshot.storage.k8s.io/v1, which every cluster has. Columns, rules and names are those of
// external-snapshotter, so that its own files may be applied over them. Upstream: client/config/crd.
import { type Extras, structuralSchema } from '../../custom/structural-schema.ts';
import type {
  CustomResourceColumnDefinition,
  CustomResourceDefinition,
} from '../../kinds/apiextensions/v1/custom-resource-definition.ts';
import { VolumeSnapshot } from '../../kinds/snapshot/v1/volume-snapshot.ts';
import { VolumeSnapshotClass } from '../../kinds/snapshot/v1/volume-snapshot-class.ts';
import { VolumeSnapshotContent } from '../../kinds/snapshot/v1/volume-snapshot-content.ts';
import type { AnyResource } from '../../meta/v1/resource.ts';
import type { ValidationRule } from '../../schema/json-schema.ts';
import { APPROVAL } from '../../validation/api-approval.ts';

type Column = CustomResourceColumnDefinition;

const rules = (...given: readonly ValidationRule[]) => ({ 'x-kubernetes-validations': given });

const immutable = (field: string) => rules({ rule: 'self == oldSelf', message: `${field} is immutable` });

const keptOnceSet = (field: string): ValidationRule => ({
  rule: `!has(oldSelf.${field}) || has(self.${field})`,
  message: `${field} is required once set`,
});

const exactlyOne = (a: string, b: string): ValidationRule => ({
  rule: `has(self.${a}) != has(self.${b})`,
  message: `exactly one of ${a} and ${b} must be set`,
});

const column = (name: string, jsonPath: string, type = 'string', description?: string): Column => ({
  name,
  type,
  jsonPath,
  ...(description && { description }),
});

const AGE = column('Age', '.metadata.creationTimestamp', 'date');
const READY = column(
  'ReadyToUse',
  '.status.readyToUse',
  'boolean',
  'Whether a volume can be made from the snapshot.',
);

const SNAPSHOT_COLUMNS: readonly Column[] = [
  READY,
  column(
    'SourcePVC',
    '.spec.source.persistentVolumeClaimName',
    'string',
    'The claim of which the snapshot was taken.',
  ),
  column(
    'SourceSnapshotContent',
    '.spec.source.volumeSnapshotContentName',
    'string',
    'The content of a snapshot that existed before.',
  ),
  column('RestoreSize', '.status.restoreSize', 'string', 'Smallest size of a volume made from the snapshot.'),
  column('SnapshotClass', '.spec.volumeSnapshotClassName', 'string', 'The VolumeSnapshotClass.'),
  column(
    'SnapshotContent',
    '.status.boundVolumeSnapshotContentName',
    'string',
    'The VolumeSnapshotContent that the snapshot refers to; they are bound if it refers to the snapshot, too.',
  ),
  column('CreationTime', '.status.creationTime', 'date', 'When the storage system took the snapshot.'),
  AGE,
];

const CONTENT_COLUMNS: readonly Column[] = [
  READY,
  column('RestoreSize', '.status.restoreSize', 'integer', 'Size of the snapshot in bytes.'),
  column(
    'DeletionPolicy',
    '.spec.deletionPolicy',
    'string',
    'What happens to the snapshot in the storage system when the VolumeSnapshot is deleted.',
  ),
  column('Driver', '.spec.driver', 'string', 'The CSI driver.'),
  column('VolumeSnapshotClass', '.spec.volumeSnapshotClassName', 'string', 'The VolumeSnapshotClass.'),
  column('VolumeSnapshot', '.spec.volumeSnapshotRef.name', 'string', 'The VolumeSnapshot.'),
  column('VolumeSnapshotNamespace', '.spec.volumeSnapshotRef.namespace', 'string', 'Its namespace.'),
  AGE,
];

const CLASS_COLUMNS: readonly Column[] = [
  column('Driver', '.driver'),
  column(
    'DeletionPolicy',
    '.deletionPolicy',
    'string',
    'What happens to snapshots in the storage system when their VolumeSnapshots are deleted.',
  ),
  AGE,
];

const SNAPSHOT_RULES: Extras = {
  'spec.source': rules(
    keptOnceSet('persistentVolumeClaimName'),
    keptOnceSet('volumeSnapshotContentName'),
    exactlyOne('volumeSnapshotContentName', 'persistentVolumeClaimName'),
  ),
  'spec.source.persistentVolumeClaimName': immutable('persistentVolumeClaimName'),
  'spec.source.volumeSnapshotContentName': immutable('volumeSnapshotContentName'),
  'spec.volumeSnapshotClassName': rules({
    rule: 'size(self) > 0',
    message: 'volumeSnapshotClassName must not be the empty string when set',
  }),
};

const CONTENT_RULES: Extras = {
  spec: rules(keptOnceSet('sourceVolumeMode')),
  'spec.source': rules(
    keptOnceSet('volumeHandle'),
    keptOnceSet('snapshotHandle'),
    exactlyOne('volumeHandle', 'snapshotHandle'),
  ),
  'spec.source.snapshotHandle': immutable('snapshotHandle'),
  'spec.source.volumeHandle': immutable('volumeHandle'),
  'spec.sourceVolumeMode': immutable('sourceVolumeMode'),
  'spec.volumeSnapshotRef': rules({
    rule: 'has(self.name) && has(self.__namespace__)',
    message: 'both spec.volumeSnapshotRef.name and spec.volumeSnapshotRef.namespace must be set',
  }),
  'status.restoreSize': { minimum: 0 },
};

/** A kind with its fields and names in our notation as a definition. */
function definitionOf(
  kind: AnyResource,
  columns: readonly Column[],
  extras: Extras,
): CustomResourceDefinition {
  const { group, version: name, kind: own, plural, singular, namespaced, shortNames = [] } = kind.resource;
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: `${plural}.${group}`,
      annotations: { [APPROVAL]: 'https://github.com/kubernetes-csi/external-snapshotter/pull/814' },
    },
    spec: {
      group,
      scope: namespaced ? 'Namespaced' : 'Cluster',
      names: { kind: own, listKind: `${own}List`, plural, singular, shortNames: [...shortNames] },
      versions: [
        {
          name,
          served: true,
          storage: true,
          additionalPrinterColumns: [...columns],
          schema: { openAPIV3Schema: { ...structuralSchema(kind, extras) } },
          ...('status' in kind.fields && { subresources: { status: {} } }),
        },
      ],
    },
  };
}

/** Made when they are installed: nothing else needs them. The class comes last: see snapshot-api.ts. */
export const snapshotDefinitions = (): readonly CustomResourceDefinition[] => [
  definitionOf(VolumeSnapshotContent, CONTENT_COLUMNS, CONTENT_RULES),
  definitionOf(VolumeSnapshot, SNAPSHOT_COLUMNS, SNAPSHOT_RULES),
  definitionOf(VolumeSnapshotClass, CLASS_COLUMNS, {}),
];
