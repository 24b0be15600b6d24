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
      doc: 'Specification of a volume that has no PersistentVolume object. Used for migration to CSI.',
      emit: 'if-set',
    }),
    persistentVolumeName: string(1, { doc: 'Name of the PersistentVolume.', emit: 'if-set' }),
  },
  { doc: 'Volume to attach.' },
);
export interface VolumeAttachmentSource extends Of<typeof VolumeAttachmentSource> {}

export const VolumeAttachmentSpec = struct(
  'io.k8s.api.storage.v1.VolumeAttachmentSpec',
  {
    attacher: required(string(1, { doc: 'Name of the driver that must attach the volume.', emit: 'always' })),
    nodeName: required(string(3, { doc: 'Name of the node.', emit: 'always' })),
    source: required(ref(2, VolumeAttachmentSource, { doc: 'Volume to attach.', emit: 'always' })),
  },
  { doc: 'Volume, node and driver of the attachment.' },
);
export interface VolumeAttachmentSpec extends Of<typeof VolumeAttachmentSpec> {}

export const VolumeError = struct(
  'io.k8s.api.storage.v1.VolumeError',
  {
    errorCode: int32(3, { doc: 'gRPC code of the error.', emit: 'if-set' }),
    message: string(2, { doc: 'Description of the error. It must not contain sensitive information.' }),
    time: time(1, { doc: 'Time at which the error occurred.', emit: 'always' }),
  },
  { doc: 'Error of a volume operation.' },
);
export interface VolumeError extends Of<typeof VolumeError> {}

export const VolumeAttachmentStatus = struct(
  'io.k8s.api.storage.v1.VolumeAttachmentStatus',
  {
    attachError: ref(3, VolumeError, {
      doc: 'Last error while attaching. Unset if there is none.',
      emit: 'if-set',
    }),
    attached: required(boolean(1, { doc: 'Whether the volume is attached.', emit: 'always' })),
    attachmentMetadata: map(2, text, {
      doc: 'Metadata returned by the driver that is passed to subsequent calls.',
    }),
    detachError: ref(4, VolumeError, {
      doc: 'Last error while detaching. Unset if there is none.',
      emit: 'if-set',
    }),
  },
  { doc: 'Observed state of the attachment.' },
);
export interface VolumeAttachmentStatus extends Of<typeof VolumeAttachmentStatus> {}

export const VolumeAttachment = resource(
  'io.k8s.api.storage.v1.VolumeAttachment',
  {
    doc: 'Requests that a volume is attached to or detached from a node.',
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
