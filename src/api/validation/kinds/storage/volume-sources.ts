// Validates where the data of a PersistentVolume is: exactly one source.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import type { PersistentVolumeSpec } from '../../../kinds/core/v1/persistent-volume.ts';
import type { SecretReference } from '../../../kinds/core/v1/references.ts';
import {
  betweenComplaint,
  checkItems,
  complaints,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';
import { validatePathNoBacksteps } from '../../paths.ts';
import { driverNameErrors } from './driver-name.ts';
import { iscsiErrors } from './iscsi.ts';

type Spec = PersistentVolumeSpec;

/** Fields that must be set, of any type. */
const need = (source: object, path: string, ...fields: string[]): FieldError[] =>
  fields.flatMap((field) => {
    const value = (source as Readonly<Record<string, unknown>>)[field];
    const isEmpty = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
    return isEmpty ? [required(`${path}.${field}`)] : [];
  });

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

function hostPathErrors({ path, type }: NonNullable<Spec['hostPath']>, at: string): FieldError[] {
  if (!path) return [required(`${at}.path`)];
  const errors = validatePathNoBacksteps(`${at}.path`, path);
  if (type !== undefined && !hostPathTypes.includes(type))
    errors.push(notSupported(`${at}.type`, type, hostPathTypes));
  return errors;
}

/** Upstream allows 0 and says 1. */
const partitionErrors = (partition: number | undefined, path: string): FieldError[] =>
  partition !== undefined && (partition < 0 || partition > 255)
    ? [invalid(`${path}.partition`, partition, betweenComplaint(1, 255))]
    : [];

function glusterErrors(source: NonNullable<Spec['glusterfs']>, path: string): FieldError[] {
  const errors = need(source, path, 'endpoints', 'path');
  const namespace = source.endpointsNamespace;
  const at = `${path}.endpointsNamespace`;
  if (namespace === '')
    errors.push(invalid(at, '', 'if the endpointnamespace is set, it must be a valid namespace name'));
  return namespace ? [...errors, ...complaints(at, namespace, isDNS1123Label(namespace))] : errors;
}

function flockerErrors(source: NonNullable<Spec['flocker']>, path: string): FieldError[] {
  const { datasetName = '', datasetUUID = '' } = source;
  const errors: FieldError[] = [];
  if (!datasetName && !datasetUUID)
    errors.push(required(path, 'one of datasetName and datasetUUID is required'));
  if (datasetName && datasetUUID)
    errors.push(invalid(path, 'resource', 'datasetName and datasetUUID can not be specified simultaneously'));
  if (datasetName.includes('/'))
    errors.push(invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  return errors;
}

function nfsErrors(source: NonNullable<Spec['nfs']>, path: string): FieldError[] {
  const errors = need(source, path, 'server', 'path');
  if (!source.path?.startsWith('/'))
    errors.push(invalid(`${path}.path`, source.path ?? '', 'must be an absolute path'));
  return errors;
}

const PAIRS = 'must be a host:port pair or multiple pairs separated by commas';

function quobyteErrors(source: NonNullable<Spec['quobyte']>, path: string): FieldError[] {
  const { registry, volume, tenant = '' } = source;
  const at = `${path}.registry`;
  const errors: FieldError[] = [];
  if (!registry) errors.push(required(at, PAIRS));
  else if (tenant.length >= 65)
    errors.push(required(`${path}.tenant`, 'must be a UUID and may not exceed a length of 64 characters'));
  else
    checkItems(errors, registry.split(','), (pair) => {
      if (!isHostAndPort(pair)) errors.push(invalid(at, registry, PAIRS));
    });
  if (!volume) errors.push(required(`${path}.volume`));
  return errors;
}

/** As Go's net.SplitHostPort. */
const isHostAndPort = (text: string): boolean =>
  text.startsWith('[')
    ? /^\[[^\][]*\]:[^\]:[]*$/.test(text)
    : text.split(':').length === 2 && !/[[\]]/.test(text);

function fibreErrors({ targetWWNs = [], wwids = [], lun }: NonNullable<Spec['fc']>, path: string) {
  const at = `${path}.targetWWNs`;
  const errors: FieldError[] = [];
  if (targetWWNs.length === 0 && wwids.length === 0)
    errors.push(required(at, 'must specify either targetWWNs or wwids, but not both'));
  if (targetWWNs.length > 0 && wwids.length > 0)
    errors.push(invalid(at, targetWWNs, 'targetWWNs and wwids can not be specified simultaneously'));
  if (targetWWNs.length === 0) return errors;
  if (lun === undefined) errors.push(required(`${path}.lun`, 'lun is required if targetWWNs is specified'));
  else if (lun < 0 || lun > 255) errors.push(invalid(`${path}.lun`, lun, betweenComplaint(0, 255)));
  return errors;
}

/** The namespaces kubernetes.io and k8s.io are reserved. */
function flexErrors(source: NonNullable<Spec['flexVolume']>, path: string): FieldError[] {
  const errors = need(source, path, 'driver');
  for (const key in source.options) {
    const slash = key.indexOf('/');
    const namespace = `.${(slash < 0 ? key : key.slice(0, slash)).toLowerCase()}`;
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io'))
      errors.push(
        invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'),
      );
  }
  return errors;
}

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];

function azureDiskErrors(source: NonNullable<Spec['azureDisk']>, path: string): FieldError[] {
  const { cachingMode, kind, diskURI = '' } = source;
  const errors = need(source, path, 'diskName', 'diskURI');
  if (cachingMode !== undefined && !cachingModes.includes(cachingMode))
    errors.push(notSupported(`${path}.cachingMode`, cachingMode, cachingModes));
  if (kind === undefined) return errors;
  if (!diskKinds.includes(kind)) errors.push(notSupported(`${path}.kind`, kind, diskKinds));
  const [start, form] =
    kind === 'Managed'
      ? [
          '/subscriptions/',
          '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
        ]
      : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'];
  if (!diskURI.startsWith(start)) errors.push(notSupported(`${path}.diskURI`, diskURI, [form]));
  return errors;
}

const storageOsErrors = (source: NonNullable<Spec['storageos']>, path: string): FieldError[] => [
  ...(source.volumeName
    ? complaints(`${path}.volumeName`, source.volumeName, isDNS1123Label(source.volumeName))
    : [required(`${path}.volumeName`)]),
  ...(source.volumeNamespace
    ? complaints(`${path}.volumeNamespace`, source.volumeNamespace, isDNS1123Label(source.volumeNamespace))
    : []),
  ...(source.secretRef ? need(source.secretRef, `${path}.secretRef`, 'name', 'namespace') : []),
];

function secretErrors(secret: SecretReference | undefined, path: string): FieldError[] {
  if (!secret) return [];
  const { name, namespace } = secret;
  return [
    ...(name ? complaints(`${path}.name`, name, isDNS1123Subdomain(name)) : [required(`${path}.name`)]),
    ...(namespace
      ? complaints(`${path}.namespace`, namespace, isDNS1123Label(namespace))
      : [required(`${path}.namespace`)]),
  ];
}

/** As upstream, the secret for staging is not checked. */
const csiErrors = (source: NonNullable<Spec['csi']>, path: string): FieldError[] => [
  ...driverNameErrors(source.driver, `${path}.driver`),
  ...need(source, path, 'volumeHandle'),
  ...(
    [
      'controllerPublishSecretRef',
      'controllerExpandSecretRef',
      'nodePublishSecretRef',
      'nodeExpandSecretRef',
    ] as const
  ).flatMap((field) => secretErrors(source[field], `${path}.${field}`)),
];

/** A source, how it is checked, and its names in paths where upstream has others. */
interface Source<K extends keyof Spec = keyof Spec> {
  readonly field: K;
  readonly second: string;
  readonly inside: string;
  readonly check: (source: NonNullable<Spec[K]>, path: string, volume: string) => FieldError[];
}

const source = <K extends keyof Spec>(
  field: K,
  check: Source<K>['check'],
  { second = field as string, inside = field as string } = {},
): Source => ({ field, second, inside, check: check as Source['check'] });

/** In upstream's order: the first one is the volume's. */
const sources: readonly Source[] = [
  source('hostPath', hostPathErrors),
  source(
    'gcePersistentDisk',
    (s, path) => [...need(s, path, 'pdName'), ...partitionErrors(s.partition, path)],
    { inside: 'persistentDisk' },
  ),
  source('awsElasticBlockStore', (s, path) => [
    ...need(s, path, 'volumeID'),
    ...partitionErrors(s.partition, path),
  ]),
  source('glusterfs', glusterErrors),
  source('flocker', flockerErrors),
  source('nfs', nfsErrors),
  source('rbd', (s, path) => need(s, path, 'monitors', 'image')),
  source('quobyte', quobyteErrors),
  source('cephfs', (s, path) => need(s, path, 'monitors'), { second: 'cephFS' }),
  source('iscsi', iscsiErrors),
  source('cinder', (s, path) => [
    ...need(s, path, 'volumeID'),
    ...(s.secretRef ? need(s.secretRef, `${path}.secretRef`, 'name', 'namespace') : []),
  ]),
  source('fc', fibreErrors),
  source('flexVolume', flexErrors),
  source('azureFile', (s, path) => [
    ...need(s, path, 'secretName', 'shareName'),
    ...(s.secretNamespace === '' ? [required(`${path}.secretNamespace`)] : []),
  ]),
  source('vsphereVolume', (s, path) => need(s, path, 'volumePath')),
  source('photonPersistentDisk', (s, path) => need(s, path, 'pdID')),
  source('portworxVolume', (s, path) => need(s, path, 'volumeID')),
  source('azureDisk', azureDiskErrors),
  source('scaleIO', (s, path) => need(s, path, 'gateway', 'system', 'volumeName')),
  source('local', ({ path }, at) =>
    path ? validatePathNoBacksteps(`${at}.path`, path) : [required(`${at}.path`)],
  ),
  source('storageos', storageOsErrors),
  source('csi', csiErrors),
];

/** `volume`: the name of the PersistentVolume; empty for the volume of an attachment that has none. */
export function sourceErrors(spec: Spec, path: string, volume: string): FieldError[] {
  const given = sources.filter(({ field }) => spec[field] !== undefined);
  if (given.length === 0) return [required(path, 'must specify a volume type')];
  return given.flatMap(({ field, second, inside, check }, i) =>
    // As upstream, a flexVolume is never one too many.
    i === 0 || field === 'flexVolume'
      ? check(spec[field]!, `${path}.${inside}`, volume)
      : [forbidden(`${path}.${second}`, 'may not specify more than 1 volume type')],
  );
}

/** What of a volume says where its data is. */
export const sourceOf = (spec: Spec): Readonly<Record<string, unknown>> =>
  Object.fromEntries(sources.map(({ field }) => [field, spec[field]]));
