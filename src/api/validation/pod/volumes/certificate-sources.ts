// Validates the sources of projected volumes that are about certificates. Called by volume.ts.
import { addAll } from '../../../../kit/lists.ts';
import type {
  ClusterTrustBundleProjection,
  PodCertificateProjection,
} from '../../../kinds/core/v1/volumes/projected.ts';
import {
  MIN_LIFETIME,
  mostLifetime,
  signerNameErrors,
  trustBundleName,
} from '../../certificates/signer-name.ts';
import { userAnnotationErrors } from '../../certificates/user-annotations.ts';
import { type FieldError, invalid, notSupported, required } from '../../field.ts';
import { validateLabelSelector } from '../../labels.ts';
import { validateLocalNonReservedPath } from '../../paths.ts';

const KEY_TYPES = ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'];

export function trustBundleSourceErrors(source: ClusterTrustBundleProjection, path: string): FieldError[] {
  return [
    ...chosenErrors(source, path),
    ...(source.path ? [] : [required(`${path}.path`)]),
    ...validateLocalNonReservedPath(`${path}.path`, source.path),
  ];
}

function chosenErrors(source: ClusterTrustBundleProjection, path: string): FieldError[] {
  const { name, signerName, labelSelector } = source;
  if (name !== undefined && signerName !== undefined)
    return [invalid(path, source, 'only one of name and signerName may be used')];
  if (name !== undefined)
    return [
      ...nameErrors(`${path}.name`, name),
      ...(labelSelector
        ? [
            invalid(
              `${path}.labelSelector`,
              labelSelector,
              'labelSelector must be unset if name is specified',
            ),
          ]
        : []),
    ];
  if (signerName === undefined) return [required(path, 'either name or signerName must be specified')];
  return [
    ...(signerName === '' ? [required(`${path}.signerName`, 'must be a valid signer name')] : []),
    ...signerNameErrors(`${path}.signerName`, signerName),
    ...validateLabelSelector(labelSelector, `${path}.labelSelector`),
  ];
}

/** What stands before the last colon is the signer. */
function nameErrors(path: string, name: string): FieldError[] {
  const colon = name.lastIndexOf(':');
  const signer = colon < 0 ? '' : name.slice(0, colon).replaceAll(':', '/');
  return [
    ...(name === '' ? [required(path, 'must be a valid object name')] : []),
    ...trustBundleName(signer)(name, false).map((why) =>
      invalid(path, name, `not a valid clustertrustbundlename: ${why}`),
    ),
  ];
}

export function podCertificateSourceErrors(source: PodCertificateProjection, path: string): FieldError[] {
  const { signerName = '', keyType = '', maxExpirationSeconds: seconds, userAnnotations } = source;
  const errors = signerNameErrors(`${path}.signerName`, signerName);
  addAll(errors, userAnnotationErrors(`${path}.userAnnotations`, userAnnotations));
  if (!KEY_TYPES.includes(keyType)) errors.push(notSupported(`${path}.keyType`, keyType, KEY_TYPES));
  const most = mostLifetime(signerName);
  const wrongTime = (why: string) =>
    errors.push(
      invalid(`${path}.maxExpirationSeconds`, seconds, `if provided, maxExpirationSeconds must be ${why}`),
    );
  if (seconds !== undefined && seconds < MIN_LIFETIME) wrongTime(`>= ${MIN_LIFETIME}`);
  if (seconds !== undefined && seconds > most) wrongTime(`<= ${most}`);
  const files = certificatePaths(source);
  for (const [field, file] of files) addAll(errors, validateLocalNonReservedPath(`${path}.${field}`, file));
  if (files.length === 0)
    errors.push(
      required(path, 'specify at least one of credentialBundlePath, keyPath, and certificateChainPath'),
    );
  return errors;
}

const PATHS = ['credentialBundlePath', 'keyPath', 'certificateChainPath'] as const;

/** Fields and paths of the files that the source makes. */
export const certificatePaths = (
  source: PodCertificateProjection | undefined,
): (readonly [string, string])[] =>
  PATHS.flatMap((field) => (source?.[field] ? [[field, source[field]] as const] : []));
