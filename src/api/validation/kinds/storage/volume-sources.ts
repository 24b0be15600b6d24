// Validates where the data of a PersistentVolume is: exactly one source.
// Sources that pods have in the same form are checked as theirs (pod/volumes).
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import type { PersistentVolumeSpec } from '../../../kinds/core/v1/persistent-volume.ts';
import type { SecretReference } from '../../../kinds/core/v1/references.ts';
import { complaints, type FieldError, forbidden, invalid, required } from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';
import { validatePathNoBacksteps } from '../../paths.ts';
import { awsErrors, azureDiskErrors, gceErrors } from '../../pod/volumes/cloud-disks.ts';
import { fcErrors, flockerErrors, nfsErrors, quobyteErrors } from '../../pod/volumes/network-storage.ts';
import { hostPathErrors } from '../../pod/volumes/node-local.ts';
import { flexErrors } from '../../pod/volumes/provisioned.ts';
import { requiredFields } from '../../pod/volumes/required-fields.ts';
import { driverNameErrors } from './driver-name.ts';
import { iscsiErrors } from './iscsi.ts';

type Spec = PersistentVolumeSpec;

function glusterErrors(source: NonNullable<Spec['glusterfs']>, path: string): FieldError[] {
  const errors = requiredFields(source, ['endpoints', 'path'], path);
  const namespace = source.endpointsNamespace;
  const at = `${path}.endpointsNamespace`;
  if (namespace === '')
    errors.push(invalid(at, '', 'if the endpointnamespace is set, it must be a valid namespace name'));
  return namespace ? [...errors, ...complaints(at, namespace, isDNS1123Label(namespace))] : errors;
}

const storageOsErrors = (source: NonNullable<Spec['storageos']>, path: string): FieldError[] => [
  ...(source.volumeName
    ? complaints(`${path}.volumeName`, source.volumeName, isDNS1123Label(source.volumeName))
    : [required(`${path}.volumeName`)]),
  ...(source.volumeNamespace
    ? complaints(`${path}.volumeNamespace`, source.volumeNamespace, isDNS1123Label(source.volumeNamespace))
    : []),
  ...(source.secretRef ? requiredFields(source.secretRef, ['name', 'namespace'], `${path}.secretRef`) : []),
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
  ...requiredFields(source, ['volumeHandle'], path),
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
  source('gcePersistentDisk', gceErrors, { inside: 'persistentDisk' }),
  source('awsElasticBlockStore', awsErrors),
  source('glusterfs', glusterErrors),
  source('flocker', flockerErrors),
  source('nfs', nfsErrors),
  source('rbd', (s, path) => requiredFields(s, ['monitors', 'image'], path)),
  source('quobyte', quobyteErrors),
  source('cephfs', (s, path) => requiredFields(s, ['monitors'], path), { second: 'cephFS' }),
  source('iscsi', iscsiErrors),
  source('cinder', (s, path) => [
    ...requiredFields(s, ['volumeID'], path),
    ...(s.secretRef ? requiredFields(s.secretRef, ['name', 'namespace'], `${path}.secretRef`) : []),
  ]),
  source('fc', fcErrors),
  source('flexVolume', flexErrors),
  source('azureFile', (s, path) => [
    ...requiredFields(s, ['secretName', 'shareName'], path),
    ...(s.secretNamespace === '' ? [required(`${path}.secretNamespace`)] : []),
  ]),
  source('vsphereVolume', (s, path) => requiredFields(s, ['volumePath'], path)),
  source('photonPersistentDisk', (s, path) => requiredFields(s, ['pdID'], path)),
  source('portworxVolume', (s, path) => requiredFields(s, ['volumeID'], path)),
  source('azureDisk', azureDiskErrors),
  source('scaleIO', (s, path) => requiredFields(s, ['gateway', 'system', 'volumeName'], path)),
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
