// In-tree disks as volumes of the CSI drivers that have taken over from their plug-ins: the names of both, and the handle that a
// driver knows the disk by. Upstream: csi-translation-lib, of which the scheduler needs no more; the plug-ins are those of
// isCSIMigrationOn in pkg/scheduler/framework/plugins/nodevolumelimits/utils.go.
import type { PersistentVolume } from '../kinds/core/v1/persistent-volume.ts';
import type { Volume } from '../kinds/core/v1/volume.ts';
import type { CSINode } from '../kinds/storage/v1/csi-node.ts';
import { MIGRATED_PLUGINS } from './annotations.ts';

/** In-tree plug-in → CSI driver, of those whose disks the scheduler counts. */
const DRIVERS: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/aws-ebs', 'ebs.csi.aws.com'],
  ['kubernetes.io/gce-pd', 'pd.csi.storage.gke.io'],
  ['kubernetes.io/azure-disk', 'disk.csi.azure.com'],
  ['kubernetes.io/cinder', 'cinder.csi.openstack.org'],
  ['kubernetes.io/portworx-volume', 'pxd.portworx.com'],
]);

const OTHER_DRIVERS: ReadonlyMap<string, string> = new Map([
  ['kubernetes.io/azure-file', 'file.csi.azure.com'],
  ['kubernetes.io/vsphere-volume', 'csi.vsphere.vmware.com'],
]);

/** The CSI driver that has taken over from an in-tree plug-in; undefined of any other name. */
export const driverInsteadOf = (plugin: string): string | undefined =>
  DRIVERS.get(plugin) ?? OTHER_DRIVERS.get(plugin);

/** The same, of plug-ins whose disks the scheduler counts. */
export const driverOfPlugin = (plugin: string): string | undefined => DRIVERS.get(plugin);

export interface InTreeDisk {
  readonly plugin: string;
  readonly driver: string;
  /** Undefined if the driver would not know the disk. */
  readonly handle: string | undefined;
}

/** The in-tree plug-in that a CSI driver has taken over from, if the volume is one of its. */
export function migratedPluginOf(volume: Readonly<PersistentVolume>): string | undefined {
  if (volume.spec?.azureFile) return 'kubernetes.io/azure-file';
  if (volume.spec?.vsphereVolume) return 'kubernetes.io/vsphere-volume';
  return persistentDisk(volume)?.plugin;
}

type Labels = Readonly<Record<string, string>>;

/** The disk of a pod's volume. */
export const inlineDisk = (volume: Readonly<Volume>): InTreeDisk | undefined => diskOf(volume, {});

export const persistentDisk = ({ spec, metadata }: Readonly<PersistentVolume>): InTreeDisk | undefined =>
  spec && diskOf(spec, metadata.labels ?? {});

type Sources = Pick<Volume, 'awsElasticBlockStore' | 'gcePersistentDisk' | 'azureDisk' | 'portworxVolume'> & {
  readonly cinder?: { readonly volumeID: string };
};

function diskOf(source: Readonly<Sources>, labels: Labels): InTreeDisk | undefined {
  const { awsElasticBlockStore: aws, gcePersistentDisk: gce, azureDisk, cinder, portworxVolume } = source;
  if (aws) return disk('kubernetes.io/aws-ebs', awsHandle(aws.volumeID));
  if (gce) return disk('kubernetes.io/gce-pd', gceHandle(gce.pdName, labels));
  if (azureDisk) {
    const isManaged = (azureDisk.kind ?? 'managed').toLowerCase() === 'managed';
    return disk('kubernetes.io/azure-disk', isManaged ? azureDisk.diskURI : undefined);
  }
  if (cinder) return disk('kubernetes.io/cinder', cinder.volumeID);
  if (portworxVolume) return disk('kubernetes.io/portworx-volume', portworxVolume.volumeID);
  return undefined;
}

const disk = (plugin: string, handle: string | undefined): InTreeDisk => ({
  plugin,
  driver: DRIVERS.get(plugin)!,
  handle,
});

/** Of aws://ZONE/VOLUME only the volume counts. */
function awsHandle(id: string): string | undefined {
  if (!id.startsWith('aws://')) return id;
  const parts = id.slice('aws://'.length).split('/').slice(1).filter(Boolean);
  const [volume = ''] = parts;
  return parts.length === 1 && volume.startsWith('vol-') ? volume : undefined;
}

function gceHandle(name: string, labels: Labels): string | undefined {
  const text =
    labels['failure-domain.beta.kubernetes.io/zone'] || labels['topology.kubernetes.io/zone'] || '';
  const zones = text.split('__');
  if (zones.length === 1) return `projects/UNSPECIFIED/zones/${zones[0] || 'UNSPECIFIED'}/disks/${name}`;
  const parts = zones.map((zone) => zone.split('-'));
  const [region, ...others] = new Set(parts.map((part) => part.slice(0, 2).join('-')));
  if (others.length > 0 || parts.some((part) => part.length !== 3)) return undefined;
  return `projects/UNSPECIFIED/regions/${region}/disks/${name}`;
}

/** Whether the driver has taken over from the plug-in on the node. */
export const isMigrated = (plugin: string, node: Readonly<CSINode> | undefined): boolean =>
  DRIVERS.has(plugin) &&
  (node?.metadata.annotations?.[MIGRATED_PLUGINS]?.split(',').includes(plugin) ?? false);
