// What a volume plug-in is: one per kind of volume, in plugins/, tried in the order of plugins/all.ts. The volume manager
// knows no kind by itself.
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { Volume } from '../../api/kinds/core/v1/volume.ts';
import type { ImageVolumeSource } from '../../api/kinds/core/v1/volumes/node-local.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import type { Pod } from '../pod.ts';

/** A volume of a pod and what stands behind it: upstream's volume.Spec. */
export interface VolumeSpec {
  /** As the pod declares it. */
  readonly volume: Volume;
  /** Of a bound claim: then this decides which plug-in is meant. */
  readonly persistentVolume?: PersistentVolume;
  /** The claim, or its access modes, allow no writing. */
  readonly readOnly: boolean;
}

/** Of a claim its PersistentVolume's. */
export const nameOfVolume = ({ volume, persistentVolume }: VolumeSpec): string =>
  persistentVolume ? nameOf(persistentVolume) : volume.name;

export const isBlock = ({ persistentVolume }: VolumeSpec): boolean =>
  persistentVolume?.spec?.volumeMode === 'Block';

export interface VolumeRequest {
  readonly pod: Pod;
  readonly spec: VolumeSpec;
}

/** A volume as containers get it. */
export type MountedVolume =
  | { readonly path: string; readonly readOnly: boolean }
  /** A block device, by its path on the node: for volumeDevices, not for volumeMounts. */
  | { readonly device: string; readonly readOnly: boolean }
  /** Pulled and mounted when a container that mounts it starts: images/image-volumes.ts. */
  | { readonly image: ImageVolumeSource }
  /** Of an image that is on the node, by its id, which the runtime mounts itself. */
  | { readonly mountedBy: 'runtime'; readonly imageId: string; readonly reference: string };

/** By name, all volumes of a pod. */
export type MountedVolumes = ReadonlyMap<string, MountedVolume>;

/** In bytes and in numbers of inodes, as far as they can be told: of a block device only its capacity. */
export interface VolumeStats {
  readonly usedBytes?: number;
  readonly capacityBytes?: number;
  readonly availableBytes?: number;
  readonly inodes?: number;
  readonly inodesFree?: number;
  readonly inodesUsed?: number;
  /** What a driver says of the volume's condition. */
  readonly health?: { readonly abnormal: boolean; readonly message: string };
}

export interface VolumePlugin {
  /** Upstream's name with its slash escaped: also the directory of the plug-in's volumes below a pod's. */
  readonly name: string;
  /** Volumes whose mode is Block are set up, too: as devices. */
  readonly devices?: true;
  supports(spec: VolumeSpec): boolean;
  /** Whether mountOptions of a PersistentVolume can be followed; else a volume that has any is not mounted. */
  readonly takesMountOptions?: boolean;
  /**
   * Makes the volume and says where it is. Idempotent: a new kubelet calls it again for volumes that running containers
   * use, and must change nothing of theirs. Throws with the text of the FailedMount event, or VolumePending: then it goes on
   * by itself, and the pod's worker is woken.
   */
  setUp(request: VolumeRequest): Promise<MountedVolume>;
  /** Brings the contents up to date. Only of plug-ins whose contents follow the API (upstream's RequiresRemount). */
  update?(request: VolumeRequest): Promise<void>;
  /** When contents must be updated though nothing changes in the API: milliseconds since the epoch. */
  renewAt?(uid: string): number | undefined;
  /** Names of the pod's volumes on the node, also of an earlier kubelet's; none where a plug-in leaves nothing behind. */
  found(uid: string): Promise<readonly string[]>;
  /** Undoes setUp. Idempotent. The pod may be gone from the API, so it gets only the uid and the volume's name. May be pending, too. */
  tearDown(uid: string, volume: string): Promise<void>;
  /** Of a volume that is set up; undefined when nothing can be measured. May take long, but must not block others. */
  stats?(request: VolumeRequest): Promise<VolumeStats | undefined>;
}
