// Validates volumes with files from several sources: each has one kind, and no two files have one path.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { ProjectedVolumeSource, VolumeProjection } from '../../../kinds/core/v1/volumes/projected.ts';
import { checkItems, type FieldError, forbidden, invalid, required } from '../../field.ts';
import { validateFileMode, validateLocalNonReservedPath } from '../../paths.ts';
import { fileErrors, keyErrors } from './api-content.ts';
import {
  certificatePaths,
  podCertificateSourceErrors,
  trustBundleSourceErrors,
} from './certificate-sources.ts';

export function projectedErrors(projected: ProjectedVolumeSource, path: string): FieldError[] {
  const errors = validateFileMode(`${path}.defaultMode`, projected.defaultMode);
  const taken = new Set<string>();
  checkItems(errors, projected.sources, (source, i) => {
    addAll(errors, sourceErrors(source, `${path}.sources[${i}]`, path));
    checkItems(errors, filesOf(source), ({ file, shown }) => {
      if (taken.has(file)) errors.push(invalid(path, shown, 'conflicting duplicate paths'));
      taken.add(file);
    });
  });
  return errors;
}

function sourceErrors(source: VolumeProjection, path: string, volumePath: string): FieldError[] {
  const { downwardAPI, serviceAccountToken, clusterTrustBundle, podCertificate } = source;
  const errors: FieldError[] = [];
  for (const kind of ['secret', 'configMap'] as const) {
    const named = source[kind];
    if (!named) continue;
    if (!named.name) errors.push(required(`${path}.${kind}.name`));
    addAll(errors, keyErrors(named.items, `${path}.${kind}`));
  }
  checkItems(errors, downwardAPI?.items, (file) => {
    addAll(errors, fileErrors(file, `${path}.downwardAPI`));
  });
  if (serviceAccountToken)
    addAll(errors, tokenErrors(serviceAccountToken, `${path}.serviceAccountToken`, volumePath));
  if (clusterTrustBundle)
    addAll(errors, trustBundleSourceErrors(clusterTrustBundle, `${path}.clusterTrustBundle`));
  if (podCertificate) addAll(errors, podCertificateSourceErrors(podCertificate, `${path}.podCertificate`));
  if (Object.values(source).filter((kind) => kind !== undefined).length > 1)
    errors.push(forbidden(path, 'may not specify more than 1 volume type per source'));
  return errors;
}

/** As upstream, errors of the path are at the volume's. */
function tokenErrors(
  token: NonNullable<VolumeProjection['serviceAccountToken']>,
  path: string,
  volumePath: string,
): FieldError[] {
  const seconds = token.expirationSeconds ?? 3600;
  const at = `${path}.expirationSeconds`;
  const errors: FieldError[] = [];
  if (seconds < 600) errors.push(invalid(at, seconds, 'may not specify a duration less than 10 minutes'));
  if (seconds > 2 ** 32)
    errors.push(invalid(at, seconds, 'may not specify a duration larger than 2^32 seconds'));
  if (!token.path) return [...errors, required(`${volumePath}.path`)];
  return [...errors, ...validateLocalNonReservedPath(`${volumePath}.path`, token.path)];
}

interface ProjectedFile {
  readonly file: string;
  /** What an error shows: as upstream, the name of the object for keys of one. */
  readonly shown: string;
}

function filesOf(source: VolumeProjection): ProjectedFile[] {
  const keys = [source.secret, source.configMap].flatMap((named) =>
    (named?.items ?? []).map(({ path }) => ({ file: path, shown: named?.name ?? '' })),
  );
  const others = [
    ...(source.downwardAPI?.items ?? []).map(({ path }) => path),
    ...certificatePaths(source.podCertificate).map(([, path]) => path),
  ];
  const bundle = source.clusterTrustBundle ? [source.clusterTrustBundle.path ?? ''] : [];
  return [
    ...[...keys, ...others.map((file) => ({ file, shown: file }))].filter(({ file }) => file),
    ...bundle.map((file) => ({ file, shown: file })),
  ];
}
