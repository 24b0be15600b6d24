// A pod's volume as the driver is to see it, whether a PersistentVolume or the pod itself declares it. Pure.
// Upstream: SetUpAt in pkg/volume/csi/csi_mounter.go.
import { createHash } from 'node:crypto';
import { nameOf } from '../../../api/meta/v1/object.ts';
import type { StringMap } from '../../../csi/messages/volume.ts';
import { podNamespace, podUid } from '../../pod.ts';
import type { VolumeRequest } from '../plugin.ts';
import type { VolumeIdentity } from './paths.ts';

export interface SecretName {
  readonly namespace: string;
  readonly name: string;
}

export interface CsiSource extends VolumeIdentity {
  /** Declared by the pod, and gone with it. */
  readonly isEphemeral: boolean;
  readonly readOnly: boolean;
  readonly fsType: string;
  readonly attributes: StringMap;
  readonly mountOptions: readonly string[];
  /** None of an ephemeral volume. */
  readonly accessModes: readonly string[];
  readonly stageSecret?: SecretName;
  readonly publishSecret?: SecretName;
  readonly expandSecret?: SecretName;
}

export function sourceOf({ pod, spec: { volume, persistentVolume } }: VolumeRequest): CsiSource {
  const spec = persistentVolume?.spec;
  if (spec?.csi) {
    const { driver, volumeHandle, fsType = '', volumeAttributes = {}, ...csi } = spec.csi;
    return {
      ...{ driver, handle: volumeHandle, specName: nameOf(persistentVolume!), isEphemeral: false, fsType },
      isBlock: spec.volumeMode === 'Block',
      readOnly: volume.persistentVolumeClaim?.readOnly ?? false,
      attributes: volumeAttributes,
      mountOptions: spec.mountOptions ?? [],
      accessModes: spec.accessModes ?? [],
      ...secret('stageSecret', csi.nodeStageSecretRef),
      ...secret('publishSecret', csi.nodePublishSecretRef),
      ...secret('expandSecret', csi.nodeExpandSecretRef),
    };
  }
  const { driver, fsType = '', volumeAttributes = {}, readOnly = false, nodePublishSecretRef } = volume.csi!;
  return {
    ...{ driver, fsType, readOnly, specName: volume.name, isEphemeral: true, isBlock: false },
    handle: ephemeralHandle(podUid(pod), volume.name),
    attributes: volumeAttributes,
    mountOptions: [],
    accessModes: [],
    ...secret(
      'publishSecret',
      nodePublishSecretRef && { ...nodePublishSecretRef, namespace: podNamespace(pod) },
    ),
  };
}

/** The driver has to make the volume under a name that no other has. */
export const ephemeralHandle = (uid: string, volume: string): string =>
  `csi-${createHash('sha256').update(`${uid}${volume}`).digest('hex')}`;

const secret = <K extends string>(
  key: K,
  ref: { readonly name?: string; readonly namespace?: string } | undefined,
): { [P in K]?: SecretName } =>
  (ref?.name ? { [key]: { namespace: ref.namespace ?? '', name: ref.name } } : {}) as {
    [P in K]?: SecretName;
  };
