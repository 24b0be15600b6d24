// Validates volumes on disks of clouds.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import type {
  AWSElasticBlockStoreVolumeSource,
  AzureDiskVolumeSource,
  CinderVolumeSource,
  GCEPersistentDiskVolumeSource,
} from '../../../kinds/core/v1/volumes/cloud-disks.ts';
import { betweenComplaint, type FieldError, invalid, notSupported } from '../../field.ts';
import { requiredFields, secretNameErrors } from './required-fields.ts';

/** Zero is the disk as a whole, which the message does not say. */
const partitionErrors = (partition = 0, path = ''): FieldError[] =>
  partition < 0 || partition > 255 ? [invalid(`${path}.partition`, partition, betweenComplaint(1, 255))] : [];

export const gceErrors = (source: GCEPersistentDiskVolumeSource, path: string): FieldError[] => [
  ...requiredFields(source, ['pdName'], path),
  ...partitionErrors(source.partition, path),
];

export const awsErrors = (source: AWSElasticBlockStoreVolumeSource, path: string): FieldError[] => [
  ...requiredFields(source, ['volumeID'], path),
  ...partitionErrors(source.partition, path),
];

export const cinderErrors = (source: CinderVolumeSource, path: string): FieldError[] => [
  ...requiredFields(source, ['volumeID'], path),
  ...secretNameErrors(source.secretRef, path),
];

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];
const managedForm =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const blobForm = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

export function azureDiskErrors(source: AzureDiskVolumeSource, path: string): FieldError[] {
  const { cachingMode, kind, diskURI = '' } = source;
  const errors = requiredFields(source, ['diskName', 'diskURI'], path);
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode))
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, cachingModes));
  if (kind === undefined) return errors;
  if (!diskKinds.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, diskKinds));
  const [start, form] = kind === 'Managed' ? ['/subscriptions/', managedForm] : ['https://', blobForm];
  if (!diskURI.startsWith(start)) errors.push(notSupported(`${path}.diskURI`, diskURI, [form]));
  return errors;
}
