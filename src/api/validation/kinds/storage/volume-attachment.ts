// Validates VolumeAttachments.
// Paths and messages follow k8s.io/kubernetes pkg/apis/storage/validation. Called through rule-book.ts.
import type { VolumeAttachment, VolumeError } from '../../../kinds/storage/v1/volume-attachment.ts';
import {
  betweenComplaint,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  required,
  tooLong,
} from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import { driverNameErrors } from './driver-name.ts';
import { inlineVolumeErrors } from './volume.ts';

/** Bytes. */
const MOST_METADATA = 256 * 1024;
const LONGEST_MESSAGE = 1024;

function sourceErrors({ source }: VolumeAttachment['spec']): FieldError[] {
  const path = 'spec.source';
  const { inlineVolumeSpec: inline, persistentVolumeName: name } = source;
  const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  if (inline)
    return name === undefined
      ? inlineVolumeErrors(inline, `${path}.inlineVolumeSpec`)
      : [forbidden(path, exactlyOne)];
  if (name === undefined) return [required(path, exactlyOne)];
  return name === ''
    ? [required(`${path}.persistentVolumeName`, 'must specify non empty persistentVolumeName')]
    : [];
}

function volumeError(error: VolumeError | undefined, path: string): FieldError[] {
  if (!error) return [];
  const { message = '', errorCode } = error;
  return [
    // As upstream, the limit in the message is another one.
    ...(Buffer.byteLength(message) > LONGEST_MESSAGE ? [tooLong(`${path}.message`, MOST_METADATA)] : []),
    ...(errorCode !== undefined && errorCode < 0
      ? [invalid(`${path}.errorCode`, errorCode, betweenComplaint(0, 2 ** 31 - 1))]
      : []),
  ];
}

function statusErrors({ status }: VolumeAttachment): FieldError[] {
  const entries = Object.entries(status?.attachmentMetadata ?? {});
  const bytes = entries.reduce(
    (sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value),
    0,
  );
  return [
    ...(bytes > MOST_METADATA ? [tooLong('status.attachmentMetadata', MOST_METADATA)] : []),
    ...volumeError(status?.attachError, 'status.attachError'),
    ...volumeError(status?.detachError, 'status.detachError'),
  ];
}

function attachment(a: VolumeAttachment): FieldError[] {
  const { attacher, nodeName, source } = a.spec;
  const volume = source.persistentVolumeName;
  return [
    ...driverNameErrors(attacher, 'spec.attacher'),
    ...sourceErrors(a.spec),
    ...complaints('spec.nodeName', nodeName, isDNS1123Subdomain(nodeName)),
    ...statusErrors(a),
    ...(volume === undefined
      ? []
      : complaints('spec.source.persistentVolumeName', volume, isDNS1123Subdomain(volume))),
  ];
}

const update = (a: VolumeAttachment, old: VolumeAttachment): FieldError[] => [
  ...attachment(a),
  ...unchanged('spec', a.spec, old.spec),
];

export const volumeAttachmentRules: Rules<VolumeAttachment> = {
  create: attachment,
  update,
  status: update,
};
