// Validates volumes: exactly one source each. Sources of the kubelet are checked in detail, others by
// their definition.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../kit/lists.ts';
import type { Volume } from '../../kinds/core/v1/volume.ts';
import { Volume as VolumeDefinition } from '../../kinds/core/v1/volume.ts';
import type { DownwardAPIVolumeFile, KeyToPath } from '../../kinds/core/v1/volumes/api-content.ts';
import type { ProjectedVolumeSource, VolumeProjection } from '../../kinds/core/v1/volumes/projected.ts';
import { parseQuantity, signOf } from '../../quantity/quantity.ts';
import {
  checkItems,
  complaints,
  duplicate,
  errorsOfItems,
  type FieldError,
  forbidden,
  invalid,
  notSupported,
  required,
} from '../field.ts';
import { isDNS1123Label } from '../names.ts';
import { validateFileMode, validateLocalNonReservedPath, validatePathNoBacksteps } from '../paths.ts';
import { validateStructure } from '../structural.ts';
import {
  certificatePaths,
  podCertificateSourceErrors,
  trustBundleSourceErrors,
} from './certificate-sources.ts';
import { validateFieldRef, validateResourceFieldRef, volumeFieldPaths } from './env.ts';

type Source = Exclude<keyof Volume, 'name'>;
const sources = Object.keys(VolumeDefinition.fields).filter((name) => name !== 'name') as Source[];

export function validateVolumes(volumes: readonly Volume[] | undefined, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  checkItems(errors, volumes, (volume, i) => {
    const at = `${path}[${i}]`;
    if (!volume.name) errors.push(required(`${at}.name`));
    else {
      addAll(errors, complaints(`${at}.name`, volume.name, isDNS1123Label(volume.name)));
      if (names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
      names.add(volume.name);
    }
    addAll(errors, validateSource(volume, at));
  });
  return errors;
}

function validateSource(volume: Volume, path: string): FieldError[] {
  const [first, ...others] = sources.filter((source) => volume[source] !== undefined);
  if (first === undefined) return [required(path, 'must specify a volume type')];
  return [
    ...validateOne(volume, first, `${path}.${first}`),
    ...others.map((source) => forbidden(`${path}.${source}`, 'may not specify more than 1 volume type')),
  ];
}

const hostPathTypes = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
];

function validateOne(volume: Volume, source: Source, path: string): FieldError[] {
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected, nfs } = volume;
  if (emptyDir) {
    const limit = emptyDir.sizeLimit;
    return limit !== undefined && signOf(parseQuantity(limit)) < 0
      ? [forbidden(`${path}.sizeLimit`, 'SizeLimit field must be a valid resource quantity')]
      : [];
  }
  if (hostPath) {
    if (!hostPath.path) return [required(`${path}.path`)];
    const errors = validatePathNoBacksteps(`${path}.path`, hostPath.path);
    if (hostPath.type !== undefined && !hostPathTypes.includes(hostPath.type))
      errors.push(notSupported(`${path}.type`, hostPath.type, [...hostPathTypes].sort()));
    return errors;
  }
  if (secret)
    return [...(secret.secretName ? [] : [required(`${path}.secretName`)]), ...validateKeys(secret, path)];
  if (configMap)
    return [...(configMap.name ? [] : [required(`${path}.name`)]), ...validateKeys(configMap, path)];
  if (downwardAPI)
    return [
      ...validateFileMode(`${path}.defaultMode`, downwardAPI.defaultMode),
      ...validateFiles(downwardAPI.items, path),
    ];
  if (projected) return validateProjected(projected, path);
  if (nfs && !nfs.path.startsWith('/') && nfs.path !== '')
    return [invalid(`${path}.path`, nfs.path, 'must be an absolute path')];
  const type = VolumeDefinition.fields[source].type;
  return type.is === 'struct' ? validateStructure(type, volume[source], path) : [];
}

interface Keys {
  readonly defaultMode?: number;
  readonly items?: readonly KeyToPath[];
}

function validateKeys({ defaultMode, items }: Keys, path: string): FieldError[] {
  const errors = validateFileMode(`${path}.defaultMode`, defaultMode);
  checkItems(errors, items, (item, i) => {
    const at = `${path}.items[${i}]`;
    if (!item.key) errors.push(required(`${at}.key`));
    if (!item.path) errors.push(required(`${at}.path`));
    addAll(errors, validateLocalNonReservedPath(`${at}.path`, item.path));
    addAll(errors, validateFileMode(`${at}.mode`, item.mode));
  });
  return errors;
}

function validateFiles(files: readonly DownwardAPIVolumeFile[] | undefined, path: string): FieldError[] {
  return errorsOfItems(files, (file) => {
    const errors = file.path ? [] : [required(`${path}.path`)];
    addAll(errors, validateLocalNonReservedPath(`${path}.path`, file.path));
    if (file.fieldRef && file.resourceFieldRef)
      errors.push(
        invalid(path, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously'),
      );
    else if (file.fieldRef)
      addAll(errors, validateFieldRef(file.fieldRef, `${path}.fieldRef`, volumeFieldPaths));
    else if (file.resourceFieldRef)
      addAll(errors, validateResourceFieldRef(file.resourceFieldRef, `${path}.resourceFieldRef`, true));
    else errors.push(required(path, 'one of fieldRef and resourceFieldRef is required'));
    return [...errors, ...validateFileMode(`${path}.mode`, file.mode)];
  });
}

const projections = [
  'secret',
  'configMap',
  'downwardAPI',
  'serviceAccountToken',
  'clusterTrustBundle',
  'podCertificate',
] as const;

function validateProjected(projected: ProjectedVolumeSource, path: string): FieldError[] {
  const errors = validateFileMode(`${path}.defaultMode`, projected.defaultMode);
  checkItems(errors, projected.sources, (source, i) => {
    addAll(errors, validateProjection(source, `${path}.sources[${i}]`));
  });
  const seen = new Set<string>();
  for (const file of (projected.sources ?? []).flatMap(projectedPaths)) {
    if (seen.has(file)) errors.push(invalid(path, file, 'conflicting duplicate paths'));
    seen.add(file);
  }
  return errors;
}

function validateProjection(source: VolumeProjection, path: string): FieldError[] {
  const [first, ...others] = projections.filter((name) => source[name] !== undefined);
  const errors = others.map((name) =>
    forbidden(`${path}.${name}`, 'may not specify more than 1 volume type'),
  );
  if (first === 'secret' || first === 'configMap') {
    const named = source[first];
    if (!named?.name) errors.push(required(`${path}.${first}.name`));
    addAll(errors, validateKeys({ items: named?.items }, `${path}.${first}`));
  } else if (first === 'downwardAPI')
    addAll(errors, validateFiles(source.downwardAPI?.items, `${path}.downwardAPI`));
  else if (first === 'serviceAccountToken')
    addAll(errors, validateTokenProjection(source.serviceAccountToken!, `${path}.serviceAccountToken`));
  else if (first === 'clusterTrustBundle')
    addAll(errors, trustBundleSourceErrors(source.clusterTrustBundle!, `${path}.clusterTrustBundle`));
  else if (first === 'podCertificate')
    addAll(errors, podCertificateSourceErrors(source.podCertificate!, `${path}.podCertificate`));
  return errors;
}

function validateTokenProjection(
  token: NonNullable<VolumeProjection['serviceAccountToken']>,
  path: string,
): FieldError[] {
  const errors: FieldError[] = [];
  const seconds = token.expirationSeconds ?? 3600;
  const at = `${path}.expirationSeconds`;
  if (seconds < 600) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32)
    errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!token.path) errors.push(required(`${path}.path`));
  else addAll(errors, validateLocalNonReservedPath(`${path}.path`, token.path));
  return errors;
}

const projectedPaths = (source: VolumeProjection): string[] => [
  ...(source.secret?.items ?? []).map(({ path }) => path),
  ...(source.configMap?.items ?? []).map(({ path }) => path),
  ...(source.downwardAPI?.items ?? []).map(({ path }) => path),
  ...(source.serviceAccountToken?.path ? [source.serviceAccountToken.path] : []),
  ...(source.clusterTrustBundle?.path ? [source.clusterTrustBundle.path] : []),
  ...certificatePaths(source.podCertificate).map(([, path]) => path),
];
