// Validates volumes with files of the node: empty directories, paths of the host, images and Git repositories.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import type {
  EmptyDirVolumeSource,
  GitRepoVolumeSource,
  HostPathVolumeSource,
  ImageVolumeSource,
} from '../../../kinds/core/v1/volumes/node-local.ts';
import { parseQuantity, signOf } from '../../../quantity/quantity.ts';
import { type FieldError, forbidden, notSupported, oneOf, required } from '../../field.ts';
import { validateLocalDescendingPath, validatePathNoBacksteps } from '../../paths.ts';
import { pullPolicies } from '../containers/container.ts';

export const emptyDirErrors = ({ sizeLimit }: EmptyDirVolumeSource, path: string): FieldError[] =>
  sizeLimit !== undefined && signOf(parseQuantity(sizeLimit)) < 0
    ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
    : [];

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

export function hostPathErrors({ path: host, type }: HostPathVolumeSource, path: string): FieldError[] {
  if (!host) return [required(`${path}.path`)];
  const errors = validatePathNoBacksteps(`${path}.path`, host);
  if (type !== undefined && !hostPathTypes.includes(type))
    errors.push(notSupported(`${path}.type`, type, hostPathTypes));
  return errors;
}

export const gitRepoErrors = ({ repository, directory }: GitRepoVolumeSource, path: string): FieldError[] => [
  ...(repository ? [] : [required(`${path}.repository`)]),
  ...validateLocalDescendingPath(`${path}.directory`, directory),
];

/** In a template, the reference may be missing. */
export const imageErrors = (
  { reference, pullPolicy }: ImageVolumeSource,
  path: string,
  inPod: boolean,
): FieldError[] => [
  ...(inPod && !reference ? [required(`${path}.reference`)] : []),
  ...oneOf(`${path}.pullPolicy`, pullPolicy, pullPolicies),
];
