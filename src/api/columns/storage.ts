// Columns of volumes, claims and the kinds that provide them.
// Cells follow k8s.io/kubernetes pkg/printers/internalversion. The table of all kinds is table.ts.
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../kinds/core/v1/persistent-volume-claim.ts';
import type { CSIDriver } from '../kinds/storage/v1/csi-driver.ts';
import type { CSINode } from '../kinds/storage/v1/csi-node.ts';
import type { CSIStorageCapacity } from '../kinds/storage/v1/csi-storage-capacity.ts';
import type { StorageClass } from '../kinds/storage/v1/storage-class.ts';
import type { VolumeAttachment } from '../kinds/storage/v1/volume-attachment.ts';
import type { VolumeAttributesClass } from '../kinds/storage/v1/volume-attributes-class.ts';
import { classOfClaim, classOfVolume } from '../volumes/classes.ts';
import { age, ageColumn, flag, integer, nameColumn, nameOf, printer, text, wide } from './printer.ts';

const shortModes: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

/** In a fixed order, each once. */
const accessModes = (modes: readonly string[] | undefined) =>
  Object.keys(shortModes)
    .filter((mode) => modes?.includes(mode))
    .map((mode) => shortModes[mode])
    .join(',');

const phaseOf = (object: { metadata: { deletionTimestamp?: string }; status?: { phase?: string } }) =>
  object.metadata.deletionTimestamp ? 'Terminating' : (object.status?.phase ?? '');

const modesColumn = text('Access Modes', 'Access modes of the volume.');
const capacityColumn = text('Capacity', 'Capacity of the volume.');
const classColumn = text('StorageClass', 'Name of the StorageClass.');
const attributesColumn = text('VolumeAttributesClass', 'Name of the VolumeAttributesClass.');
const modeColumn = wide('VolumeMode', 'Mode of the volume: Filesystem or Block.');

export const persistentVolume = printer<PersistentVolume>(
  [
    nameColumn,
    capacityColumn,
    modesColumn,
    text('Reclaim Policy', 'What happens when the claim is deleted.'),
    text('Status', 'Phase of the object.'),
    text('Claim', 'Claim that the volume is bound to.'),
    classColumn,
    attributesColumn,
    text('Reason', 'Reason for the phase.'),
    ageColumn,
    modeColumn,
  ],
  (v, now) => [
    nameOf(v),
    v.spec?.capacity?.storage ?? '0',
    accessModes(v.spec?.accessModes),
    v.spec?.persistentVolumeReclaimPolicy ?? '',
    phaseOf(v),
    v.spec?.claimRef ? `${v.spec.claimRef.namespace}/${v.spec.claimRef.name}` : '',
    classOfVolume(v),
    v.spec?.volumeAttributesClassName || '<unset>',
    v.status?.reason ?? '',
    age(v, now),
    v.spec?.volumeMode ?? '<unset>',
  ],
);

export const persistentVolumeClaim = printer<PersistentVolumeClaim>(
  [
    nameColumn,
    text('Status', 'Phase of the object.'),
    text('Volume', 'Volume that the claim is bound to.'),
    capacityColumn,
    modesColumn,
    classColumn,
    attributesColumn,
    ageColumn,
    modeColumn,
  ],
  (c, now) => {
    const bound = Boolean(c.spec?.volumeName);
    return [
      nameOf(c),
      phaseOf(c),
      c.spec?.volumeName ?? '',
      bound ? (c.status?.capacity?.storage ?? '0') : '',
      bound ? accessModes(c.status?.accessModes) : '',
      classOfClaim(c),
      c.spec?.volumeAttributesClassName || '<unset>',
      age(c, now),
      c.spec?.volumeMode ?? '<unset>',
    ];
  },
);

const defaultClass = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

export const storageClass = printer<StorageClass>(
  [
    nameColumn,
    text('Provisioner', 'Provisioner of the class.'),
    text('ReclaimPolicy', 'What happens when the claim is deleted.'),
    text('VolumeBindingMode', 'When volumes are bound.'),
    text('AllowVolumeExpansion', 'Whether volumes can be expanded.'),
    ageColumn,
  ],
  (s, now) => {
    const isDefault = defaultClass.some((key) => s.metadata.annotations?.[key] === 'true');
    return [
      isDefault ? `${nameOf(s)} (default)` : nameOf(s),
      s.provisioner,
      s.reclaimPolicy ?? 'Delete',
      s.volumeBindingMode ?? 'Immediate',
      s.allowVolumeExpansion ?? false,
      age(s, now),
    ];
  },
);

export const volumeAttributesClass = printer<VolumeAttributesClass>(
  [nameColumn, text('DriverName', 'Driver of the class.'), ageColumn],
  (v, now) => [nameOf(v), v.driverName, age(v, now)],
);

export const volumeAttachment = printer<VolumeAttachment>(
  [
    nameColumn,
    { ...text('Attacher', 'Driver that attaches the volume.'), format: 'name' },
    text('PV', 'Name of the PersistentVolume.'),
    text('Node', 'Node that the volume is attached to.'),
    flag('Attached', 'Whether the volume is attached.'),
    ageColumn,
  ],
  (v, now) => [
    nameOf(v),
    v.spec.attacher,
    v.spec.source.persistentVolumeName ?? '',
    v.spec.nodeName,
    v.status?.attached ?? false,
    age(v, now),
  ],
);

export const csiNode = printer<CSINode>(
  [nameColumn, integer('Drivers', 'Number of CSI drivers on the node.'), ageColumn],
  (n, now) => [nameOf(n), n.spec.drivers?.length ?? 0, age(n, now)],
);

export const csiDriver = printer<CSIDriver>(
  [
    nameColumn,
    flag('AttachRequired', 'Whether volumes must be attached before mounting.'),
    flag('PodInfoOnMount', 'Whether the driver receives information about the pod.'),
    flag('StorageCapacity', 'Whether the driver reports storage capacity.'),
    text('TokenRequests', 'Audiences of the requested tokens.'),
    flag('RequiresRepublish', 'Whether volumes are republished periodically.'),
    text('Modes', 'Supported lifecycle modes of volumes.'),
    ageColumn,
  ],
  (d, now) => [
    nameOf(d),
    d.spec.attachRequired ?? true,
    d.spec.podInfoOnMount ?? false,
    d.spec.storageCapacity ?? false,
    (d.spec.tokenRequests ?? []).map(({ audience }) => audience).join(',') || '<unset>',
    d.spec.requiresRepublish ?? false,
    (d.spec.volumeLifecycleModes ?? []).join(',') || '<none>',
    age(d, now),
  ],
);

export const csiStorageCapacity = printer<CSIStorageCapacity>(
  [
    nameColumn,
    text('StorageClassName', 'StorageClass that the capacity applies to.'),
    text('Capacity', 'Available capacity.'),
  ],
  (c) => [nameOf(c), c.storageClassName, c.capacity ?? '<unset>'],
);
