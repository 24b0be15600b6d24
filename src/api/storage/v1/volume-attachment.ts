import { PersistentVolumeSpec } from '../../core/v1/persistent-volume.ts';
import { resource } from '../../meta/v1/resource.ts';
import {
  boolean,
  int32,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  text,
  time,
} from '../../schema/notation.ts';

export const VolumeAttachmentSource = struct('io.k8s.api.storage.v1.VolumeAttachmentSource', {
  inlineVolumeSpec: ref(2, PersistentVolumeSpec, { emit: 'if-set' }),
  persistentVolumeName: string(1, { emit: 'if-set' }),
});
export interface VolumeAttachmentSource extends Of<typeof VolumeAttachmentSource> {}

export const VolumeAttachmentSpec = struct('io.k8s.api.storage.v1.VolumeAttachmentSpec', {
  attacher: required(string(1, { emit: 'always' })),
  nodeName: required(string(3, { emit: 'always' })),
  source: required(ref(2, VolumeAttachmentSource, { emit: 'always' })),
});
export interface VolumeAttachmentSpec extends Of<typeof VolumeAttachmentSpec> {}

export const VolumeError = struct('io.k8s.api.storage.v1.VolumeError', {
  errorCode: int32(3, { emit: 'if-set' }),
  message: string(2),
  time: time(1, { emit: 'always' }),
});
export interface VolumeError extends Of<typeof VolumeError> {}

export const VolumeAttachmentStatus = struct('io.k8s.api.storage.v1.VolumeAttachmentStatus', {
  attachError: ref(3, VolumeError, { emit: 'if-set' }),
  attached: required(boolean(1, { emit: 'always' })),
  attachmentMetadata: map(2, text),
  detachError: ref(4, VolumeError, { emit: 'if-set' }),
});
export interface VolumeAttachmentStatus extends Of<typeof VolumeAttachmentStatus> {}

export const VolumeAttachment = resource(
  'io.k8s.api.storage.v1.VolumeAttachment',
  {
    doc: 'A volume that is to be attached to a node.',
    group: 'storage.k8s.io',
    version: 'v1',
    kind: 'VolumeAttachment',
    plural: 'volumeattachments',
    singular: 'volumeattachment',
    namespaced: false,
    storageVersionHash: 'tJx/ezt6UDU=',
    subresources: { status: { kind: 'VolumeAttachment', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, VolumeAttachmentSpec, { emit: 'always' })),
    status: ref(3, VolumeAttachmentStatus, { emit: 'always' }),
  },
);
export interface VolumeAttachment extends Of<typeof VolumeAttachment> {}
