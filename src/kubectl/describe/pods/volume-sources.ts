// What a description shows of each kind of volume. The fields are upstream's, and so are their labels.
import type { PersistentVolumeSpec } from '../../../api/kinds/core/v1/persistent-volume.ts';
import type { Volume } from '../../../api/kinds/core/v1/volume.ts';
import { goText } from '../../printers/go-values/text.ts';
import { cut } from '../metadata.ts';
import { quantityText, sortedEntries } from '../values.ts';
import type { DescriptionWriter } from '../writer.ts';

/** Sources of both, of pods and of PersistentVolumes: their fields have the same names. */
export type Sources = Omit<Volume, 'name'> | PersistentVolumeSpec;

type Source = Readonly<Record<string, unknown>>;
type Fields = readonly (readonly [label: string, value: unknown])[];

interface Shown {
  readonly type: string;
  /** `isPersistent`: that of a PersistentVolume, which may have more fields. */
  readonly fields: (source: Source, isPersistent: boolean) => Fields;
  /** What follows the fields. */
  readonly more?: (w: DescriptionWriter, source: Source) => void;
}

/** Go's `%v` of the field's value; the zero value when it is missing. */
const text = (value: unknown, zero: string | number | boolean = ''): string =>
  value === undefined || value === null ? String(zero) : goText(value);

/** `%v` of a pointer to a reference. */
function secretText(reference: unknown, isPersistent: boolean): string {
  if (typeof reference !== 'object' || reference === null) return 'nil';
  const { name = '', namespace = '' } = reference as { name?: string; namespace?: string };
  return isPersistent
    ? `&SecretReference{Name:${name},Namespace:${namespace},}`
    : `&LocalObjectReference{Name:${name},}`;
}

const readOnly = (source: Source) => ['ReadOnly', text(source.readOnly, false)] as const;
const fsType = (source: Source) => ['FSType', text(source.fsType)] as const;
const secretRef = (source: Source, isPersistent: boolean) =>
  ['SecretRef', secretText(source.secretRef, isPersistent)] as const;
const optional = (source: Source) => ['Optional', text(source.optional, false)] as const;
const partition = (source: Source) => ['Partition', text(source.partition, 0)] as const;

const path =
  (...names: readonly string[]) =>
  (source: Source): Fields =>
    names.map((name) => [
      name.charAt(0).toUpperCase() + name.slice(1),
      text(source[name], name === 'readOnly' ? false : ''),
    ]);

function attributes(w: DescriptionWriter, source: Source): void {
  const lines = sortedEntries(source.volumeAttributes as Record<string, string> | undefined).map(
    ([key, value]) => cut(`${key}=${value}`, 140),
  );
  w.write(2, 'VolumeAttributes:\t');
  if (lines.length === 0) w.line('<none>');
  for (const [i, line] of lines.entries()) {
    if (i > 0) {
      w.write(2, '');
      w.write(2, '\t');
    }
    w.write(2, `${line}\n`);
  }
}

function scaleSecret({ secretRef: reference }: Source): Fields {
  const { name = '', namespace = '' } = (reference ?? {}) as { name?: string; namespace?: string };
  return [
    ['SecretName', name],
    ['SecretNamespace', namespace],
  ];
}

interface DownwardFile {
  readonly path?: string;
  readonly fieldRef?: { readonly fieldPath?: string };
  readonly resourceFieldRef?: { readonly resource?: string };
}

function downwardItems(w: DescriptionWriter, source: Source): void {
  w.write(0, '    Items:\n');
  for (const item of (source.items ?? []) as readonly DownwardFile[]) {
    if (item.fieldRef) w.write(3, `${item.fieldRef.fieldPath} -> ${item.path}\n`);
    if (item.resourceFieldRef) w.write(3, `${item.resourceFieldRef.resource} -> ${item.path}\n`);
  }
}

interface ProjectedSource {
  readonly secret?: { readonly name?: string; readonly optional?: boolean };
  readonly configMap?: { readonly name?: string; readonly optional?: boolean };
  readonly downwardAPI?: unknown;
  readonly serviceAccountToken?: { readonly expirationSeconds?: number };
}

function projected(w: DescriptionWriter, source: Source): void {
  for (const one of (source.sources ?? []) as readonly ProjectedSource[]) {
    const named = one.secret ?? (one.downwardAPI ? undefined : one.configMap);
    if (named) {
      w.row(2, one.secret ? 'SecretName' : 'ConfigMapName', named.name ?? '');
      w.row(2, 'Optional', named.optional ?? false);
    } else if (one.downwardAPI) w.row(2, 'DownwardAPI', 'true');
    else if (one.serviceAccountToken)
      w.row(2, 'TokenExpirationSeconds', one.serviceAccountToken.expirationSeconds ?? 3600);
  }
}

const SHOWN: Readonly<Record<string, Shown>> = {
  hostPath: {
    type: 'HostPath (bare host directory volume)',
    fields: (s) => [
      ['Path', text(s.path)],
      ['HostPathType', text(s.type, '<none>')],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: (s) => [
      ['Medium', text(s.medium)],
      [
        'SizeLimit',
        s.sizeLimit === undefined || quantityText(String(s.sizeLimit)) === '0'
          ? '<unset>'
          : quantityText(String(s.sizeLimit)),
      ],
    ],
  },
  gcePersistentDisk: {
    type: 'GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)',
    fields: (s) => [['PDName', text(s.pdName)], fsType(s), partition(s), readOnly(s)],
  },
  awsElasticBlockStore: {
    type: 'AWSElasticBlockStore (a Persistent Disk resource in AWS)',
    fields: (s) => [['VolumeID', text(s.volumeID)], fsType(s), partition(s), readOnly(s)],
  },
  gitRepo: {
    type: 'GitRepo (a volume that is pulled from git when the pod is created)',
    fields: path('repository', 'revision'),
  },
  secret: {
    type: 'Secret (a volume populated by a Secret)',
    fields: (s) => [['SecretName', text(s.secretName)], optional(s)],
  },
  configMap: {
    type: 'ConfigMap (a volume populated by a ConfigMap)',
    fields: (s) => [['Name', text(s.name)], optional(s)],
  },
  nfs: {
    type: 'NFS (an NFS mount that lasts the lifetime of a pod)',
    fields: path('server', 'path', 'readOnly'),
  },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: (s, isPersistent) => [
      ['TargetPortal', text(s.targetPortal)],
      ['IQN', text(s.iqn)],
      ['Lun', text(s.lun, 0)],
      ['ISCSIInterface', text(s.iscsiInterface)],
      fsType(s),
      readOnly(s),
      ['Portals', text(s.portals, '[]')],
      ['DiscoveryCHAPAuth', text(s.chapAuthDiscovery, false)],
      ['SessionCHAPAuth', text(s.chapAuthSession, false)],
      secretRef(s, isPersistent),
      ['InitiatorName', text(s.initiatorName, '<none>')],
    ],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: (s, isPersistent) => [
      ['EndpointsName', text(s.endpoints)],
      ...(isPersistent ? [['EndpointsNamespace', text(s.endpointsNamespace, '<unset>')] as const] : []),
      ['Path', text(s.path)],
      readOnly(s),
    ],
  },
  persistentVolumeClaim: {
    type: 'PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)',
    fields: path('claimName', 'readOnly'),
  },
  ephemeral: {
    type: 'EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)',
    fields: () => [],
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: (s, isPersistent) => [
      ['CephMonitors', text(s.monitors, '[]')],
      ['RBDImage', text(s.image)],
      fsType(s),
      ['RBDPool', text(s.pool)],
      ['RadosUser', text(s.user)],
      ['Keyring', text(s.keyring)],
      secretRef(s, isPersistent),
      readOnly(s),
    ],
  },
  quobyte: {
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: path('registry', 'volume', 'readOnly'),
  },
  downwardAPI: {
    type: 'DownwardAPI (a volume populated by information about the pod)',
    fields: () => [],
    more: downwardItems,
  },
  azureDisk: {
    type: 'AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)',
    fields: (s) => [
      ['DiskName', text(s.diskName)],
      ['DiskURI', text(s.diskURI)],
      ['Kind: ', text(s.kind)],
      fsType(s),
      ['CachingMode', text(s.cachingMode)],
      readOnly(s),
    ],
  },
  vsphereVolume: {
    type: 'vSphereVolume (a Persistent Disk resource in vSphere)',
    fields: (s) => [
      ['VolumePath', text(s.volumePath)],
      fsType(s),
      ['StoragePolicyName', text(s.storagePolicyName)],
    ],
  },
  cinder: {
    type: 'Cinder (a Persistent Disk resource in OpenStack)',
    fields: (s, isPersistent) => [
      ['VolumeID', text(s.volumeID)],
      fsType(s),
      readOnly(s),
      secretRef(s, isPersistent),
    ],
  },
  photonPersistentDisk: {
    type: 'PhotonPersistentDisk (a Persistent Disk resource in photon platform)',
    fields: (s) => [['PdID', text(s.pdID)], fsType(s)],
  },
  portworxVolume: {
    type: 'PortworxVolume (a Portworx Volume resource)',
    fields: (s) => [['VolumeID', text(s.volumeID)]],
  },
  scaleIO: {
    type: 'ScaleIO (a persistent volume backed by a block device in ScaleIO)',
    fields: (s, isPersistent) => [
      ['Gateway', text(s.gateway)],
      ['System', text(s.system)],
      ['Protection Domain', text(s.protectionDomain)],
      ['Storage Pool', text(s.storagePool)],
      ['Storage Mode', text(s.storageMode)],
      ['VolumeName', text(s.volumeName)],
      ...(isPersistent ? scaleSecret(s) : []),
      fsType(s),
      readOnly(s),
    ],
  },
  local: {
    type: 'LocalVolume (a persistent volume backed by local storage on a node)',
    fields: (s) => [['Path', text(s.path)]],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: (s, isPersistent) => [
      ['Monitors', text(s.monitors, '[]')],
      ['Path', text(s.path)],
      ['User', text(s.user)],
      ['SecretFile', text(s.secretFile)],
      secretRef(s, isPersistent),
      readOnly(s),
    ],
  },
  storageos: {
    type: 'StorageOS (a StorageOS Persistent Disk resource)',
    fields: (s) => [
      ['VolumeName', text(s.volumeName)],
      ['VolumeNamespace', text(s.volumeNamespace)],
      fsType(s),
      readOnly(s),
    ],
  },
  fc: {
    type: 'FC (a Fibre Channel disk)',
    fields: (s) => [
      ['TargetWWNs', ((s.targetWWNs ?? []) as readonly string[]).join(', ')],
      ['LUN', text(s.lun, '<none>')],
      fsType(s),
      readOnly(s),
    ],
  },
  azureFile: {
    type: 'AzureFile (an Azure File Service mount on the host and bind mount to the pod)',
    fields: (s, isPersistent) => [
      ['SecretName', text(s.secretName)],
      ...(isPersistent ? [['SecretNamespace', text(s.secretNamespace)] as const] : []),
      ['ShareName', text(s.shareName)],
      readOnly(s),
    ],
  },
  flexVolume: {
    type: 'FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)',
    fields: (s, isPersistent) => [
      ['Driver', text(s.driver)],
      fsType(s),
      secretRef(s, isPersistent),
      readOnly(s),
      ['Options', text(s.options, 'map[]')],
    ],
  },
  flocker: {
    type: 'Flocker (a Flocker volume mounted by the Flocker agent)',
    fields: (s) => [
      ['DatasetName', text(s.datasetName)],
      ['DatasetUUID', text(s.datasetUUID)],
    ],
  },
  projected: {
    type: 'Projected (a volume that contains injected data from multiple sources)',
    fields: () => [],
    more: projected,
  },
  csi: {
    type: 'CSI (a Container Storage Interface (CSI) volume source)',
    fields: (s, isPersistent) => [
      ['Driver', text(s.driver)],
      fsType(s),
      ...(isPersistent ? [['VolumeHandle', text(s.volumeHandle)] as const] : []),
      readOnly(s),
    ],
    more: attributes,
  },
  image: {
    type: 'Image (a container image or OCI artifact)',
    fields: (s) => [
      ['Reference', text(s.reference)],
      ['PullPolicy', text(s.pullPolicy)],
    ],
  },
};

/** Returns the name of the source that is set; undefined, and `<unknown>` in the text, for one that is not known. */
export function writeVolumeSource(
  w: DescriptionWriter,
  sources: Sources,
  isPersistent = false,
): string | undefined {
  const all = sources as Readonly<Record<string, unknown>>;
  const name = Object.keys(SHOWN).find((key) => all[key] !== undefined && all[key] !== null);
  if (name === undefined) {
    w.write(1, '<unknown>\n');
    return undefined;
  }
  const { type, fields, more } = SHOWN[name]!;
  const source = all[name] as Source;
  w.row(2, 'Type', type);
  for (const [label, value] of fields(source, isPersistent))
    w.write(
      2,
      label === 'ISCSIInterface' || label.endsWith(': ') ? `${label}\t${value}\n` : `${label}:\t${value}\n`,
    );
  more?.(w, source);
  return name;
}
