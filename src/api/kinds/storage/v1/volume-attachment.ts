import { resource } from '../../../meta/v1/resource.ts';
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
} from '../../../schema/notation.ts';
import { PersistentVolumeSpec } from '../../core/v1/persistent-volume.ts';

export const VolumeAttachmentSource = struct(
  'io.k8s.api.storage.v1.VolumeAttachmentSource',
  {
    inlineVolumeSpec: ref(2, PersistentVolumeSpec, {
      doc: 'A volume without an object of its own.',
      emit: 'if-set',
    }),
    persistentVolumeName: string(1, { doc: "The persistent volume's name.", emit: 'if-set' }),
  },
  { doc: 'The volume to attach.' },
);
export interface VolumeAttachmentSource extends Of<typeof VolumeAttachmentSource> {}

export const VolumeAttachmentSpec = struct(
  'io.k8s.api.storage.v1.VolumeAttachmentSpec',
  {
    attacher: required(string(1, { doc: 'The driver that shall attach it.', emit: 'always' })),
    nodeName: required(string(3, { doc: 'The node to attach it to.', emit: 'always' })),
    source: required(ref(2, VolumeAttachmentSource, { doc: 'The volume to attach.', emit: 'always' })),
  },
  { doc: 'Which volume to attach to which node.' },
);
export interface VolumeAttachmentSpec extends Of<typeof VolumeAttachmentSpec> {}

export const VolumeError = struct(
  'io.k8s.api.storage.v1.VolumeError',
  {
    errorCode: int32(3, { doc: 'The gRPC code of the error.', emit: 'if-set' }),
    message: string(2, { doc: 'What went wrong; it must hold nothing secret.' }),
    time: time(1, { doc: 'When it happened.', emit: 'always' }),
  },
  { doc: 'An error of a volume operation.' },
);
export interface VolumeError extends Of<typeof VolumeError> {}

export const VolumeAttachmentStatus = struct(
  'io.k8s.api.storage.v1.VolumeAttachmentStatus',
  {
    attachError: ref(3, VolumeError, {
      doc: 'The last error while attaching; absent when all is well.',
      emit: 'if-set',
    }),
    attached: required(boolean(1, { doc: 'Whether the volume is attached.', emit: 'always' })),
    attachmentMetadata: map(2, text, { doc: 'What the driver wants to hear again when mounting.' }),
    detachError: ref(4, VolumeError, {
      doc: 'The last error while detaching; absent when all is well.',
      emit: 'if-set',
    }),
  },
  { doc: 'How far attaching has come.' },
);
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
