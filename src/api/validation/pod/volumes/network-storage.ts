// Validates volumes on disks and file systems that are reached over a network.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  FCVolumeSource,
  ISCSIVolumeSource,
  StorageOSVolumeSource,
} from '../../../kinds/core/v1/volumes/network-disks.ts';
import type {
  FlockerVolumeSource,
  NFSVolumeSource,
  QuobyteVolumeSource,
} from '../../../kinds/core/v1/volumes/network-files.ts';
import { betweenComplaint, checkItems, complaints, type FieldError, invalid, required } from '../../field.ts';
import { isNodeName, isNodeNameStart } from '../../kinds/storage/iscsi.ts';
import { isDNS1123Label } from '../../names.ts';
import { requiredFields, secretNameErrors } from './required-fields.ts';

export const nfsErrors = (source: NFSVolumeSource, path: string): FieldError[] => [
  ...requiredFields(source, ['server', 'path'], path),
  ...(source.path?.startsWith('/')
    ? []
    : [invalid(`${path}.path`, source.path ?? '', 'must be an absolute path')]),
];

const lunErrors = (lun = 0, path = ''): FieldError[] =>
  lun < 0 || lun > 255 ? [invalid(`${path}.lun`, lun, betweenComplaint(0, 255))] : [];

function nodeNameErrors(name: string, path: string): FieldError[] {
  if (!isNodeNameStart(name))
    return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')];
  return isNodeName(name) ? [] : [invalid(path, name, 'must be valid format')];
}

export function iscsiErrors(source: ISCSIVolumeSource, path: string): FieldError[] {
  const { iqn, lun, chapAuthDiscovery, chapAuthSession, secretRef, initiatorName } = source;
  const errors = requiredFields(source, ['targetPortal', 'iqn'], path);
  if (iqn) addAll(errors, nodeNameErrors(iqn, `${path}.iqn`));
  addAll(errors, lunErrors(lun, path));
  if ((chapAuthDiscovery || chapAuthSession) && !secretRef) errors.push(required(`${path}.secretRef`));
  if (initiatorName !== undefined) addAll(errors, nodeNameErrors(initiatorName, `${path}.initiatorname`));
  return errors;
}

/** With a name for the initiator, the node names an interface after the volume and its target. */
export const iscsiNameErrors = (source: ISCSIVolumeSource, volume: string, path: string): FieldError[] =>
  source.initiatorName !== undefined && `${volume}:${source.targetPortal ?? ''}`.length > 64
    ? [
        invalid(
          path,
          volume,
          'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
        ),
      ]
    : [];

export function fcErrors({ targetWWNs = [], wwids = [], lun }: FCVolumeSource, path: string): FieldError[] {
  const at = `${path}.targetWWNs`;
  if (targetWWNs.length === 0)
    return wwids.length > 0 ? [] : [required(at, 'must specify either targetWWNs or wwids, but not both')];
  const errors =
    wwids.length > 0
      ? [invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously')]
      : [];
  if (lun === undefined)
    return [...errors, required(`${path}.lun`, 'lun is required if targetWWNs is specified')];
  return [...errors, ...lunErrors(lun, path)];
}

export function flockerErrors(source: FlockerVolumeSource, path: string): FieldError[] {
  const { datasetName = '', datasetUUID } = source;
  if (!datasetName && !datasetUUID) return [required(path, 'one of datasetName and datasetUUID is required')];
  const errors: FieldError[] = [];
  if (datasetName && datasetUUID)
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (datasetName.includes('/'))
    errors.push(invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

export function quobyteErrors(source: QuobyteVolumeSource, path: string): FieldError[] {
  const { registry, tenant = '' } = source;
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(`${path}.registry`, pairs));
  else if (tenant.length >= 65)
    errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  else
    checkItems(errors, registry.split(','), (pair) => {
      if (!isHostAndPort(pair)) errors.push(invalid(`${path}.registry`, registry, pairs));
    });
  return [...errors, ...requiredFields(source, ['volume'], path)];
}

/** As Go splits them: a host with colons stands in brackets, and either may be empty. */
function isHostAndPort(text: string): boolean {
  const colon = text.lastIndexOf(':');
  if (colon < 0) return false;
  const end = text.startsWith('[') ? text.indexOf(']') : -1;
  if (text.startsWith('[') ? end + 1 !== colon || end < 0 : text.slice(0, colon).includes(':')) return false;
  return !text.slice(end < 0 ? 0 : 1).includes('[') && !text.slice(end < 0 ? 0 : end + 1).includes(']');
}

export function storageosErrors(source: StorageOSVolumeSource, path: string): FieldError[] {
  const errors = requiredFields(source, ['volumeName'], path);
  for (const field of ['volumeName', 'volumeNamespace'] as const) {
    const value = source[field];
    if (value) addAll(errors, complaints(`${path}.${field}`, value, isDNS1123Label(value)));
  }
  return [...errors, ...secretNameErrors(source.secretRef, path)];
}
