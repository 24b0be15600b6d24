// Where everything of CSI volumes is below the kubelet's root, as upstream has it: drivers and their tools know these places. Drivers in pods
// mount the root, or parts of it, by its usual name. Upstream: csi_util.go, csi_block.go in pkg/volume/csi.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { DriverClient } from '../../csi/driver-client.ts';
import { type NodePath, nodePath } from '../../files/node-files.ts';
import { USUAL_ROOT } from '../../usual-root.ts';

export const PLUGIN_DIRECTORY = 'kubernetes.io~csi';
const PLUGINS = 'plugins/kubernetes.io/csi';
const DEVICES = `${PLUGINS}/volumeDevices`;

/** A volume as the node knows it. */
export interface VolumeIdentity {
  readonly driver: string;
  readonly handle: string;
  /** Of the PersistentVolume, or of the pod's volume. */
  readonly specName: string;
  readonly isBlock: boolean;
}

export class CsiPaths {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** A place below the root, for the kubelet itself and the runtime, and in the node's table of mounts. */
  text(place: string): string {
    return join(this.#root, place);
  }

  file(place: string): NodePath {
    return nodePath(this.text(place));
  }

  /** The same for a driver. One of this process sees what the kubelet sees. */
  for({ endpoint }: Pick<DriverClient, 'endpoint'>, place: string): string {
    return endpoint === '' ? this.text(place) : join(USUAL_ROOT, place);
  }
}

/** Everything that is kept while a volume is staged. */
export const stageDirectoryOf = ({ driver, handle, specName, isBlock }: VolumeIdentity): string =>
  isBlock
    ? `${DEVICES}/${specName}`
    : `${PLUGINS}/${driver}/${createHash('sha256').update(handle).digest('hex')}`;

export const stagingPathOf = (id: VolumeIdentity): string =>
  id.isBlock ? `${DEVICES}/staging/${id.specName}` : `${stageDirectoryOf(id)}/globalmount`;

/** The directory of the file that tells of a staged volume. */
export const stageDataOf = (id: VolumeIdentity): string =>
  id.isBlock ? `${stageDirectoryOf(id)}/data` : stageDirectoryOf(id);

/** Of all pods that have the block volume. */
export const publishDirectoryOf = ({ specName }: VolumeIdentity): string => `${DEVICES}/publish/${specName}`;

const podVolumesOf = (uid: string): string => `pods/${uid}/volumes/${PLUGIN_DIRECTORY}`;
const podDevicesOf = (uid: string): string => `pods/${uid}/volumeDevices/${PLUGIN_DIRECTORY}`;

/** A pod's volume, with the file that tells of it. */
export const podVolumeOf = ({ specName }: Pick<VolumeIdentity, 'specName'>, uid: string): string =>
  `${podVolumesOf(uid)}/${specName}`;

/** A link to the published device. */
export const podDeviceOf = ({ specName }: Pick<VolumeIdentity, 'specName'>, uid: string): string =>
  `${podDevicesOf(uid)}/${specName}`;

export const targetPathOf = (id: VolumeIdentity, uid: string): string =>
  id.isBlock ? `${publishDirectoryOf(id)}/${uid}` : `${podVolumeOf(id, uid)}/mount`;

export const places = {
  pods: 'pods',
  stages: PLUGINS,
  podVolumes: podVolumesOf,
  podDevices: podDevicesOf,
  deviceData: (specName: string): string => `${DEVICES}/${specName}/data`,
};
