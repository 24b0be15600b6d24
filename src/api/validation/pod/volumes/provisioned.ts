// Validates volumes that drivers and claims provide.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by volume.ts.
import type {
  CSIVolumeSource,
  EphemeralVolumeSource,
  FlexVolumeSource,
} from '../../../kinds/core/v1/volumes/provisioned.ts';
import type { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { checkItems, complaints, type FieldError, forbidden, invalid, required } from '../../field.ts';
import { claimSpecErrors } from '../../kinds/storage/claim.ts';
import { driverNameErrors } from '../../kinds/storage/driver-name.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import { validateAnnotations, validateLabels } from '../../object-meta.ts';
import { requiredFields } from './required-fields.ts';

export function csiErrors({ driver, nodePublishSecretRef }: CSIVolumeSource, path: string): FieldError[] {
  const errors = driverNameErrors(driver, `${path}.driver`);
  if (!nodePublishSecretRef) return errors;
  const { name } = nodePublishSecretRef;
  if (!name) return [...errors, required(`${path}.nodePublishSecretRef.name`)];
  return [...errors, ...complaints(`${path}.name`, name, isDNS1123Subdomain(name))];
}

export function flexErrors(source: FlexVolumeSource, path: string): FieldError[] {
  const errors = requiredFields(source, ['driver'], path);
  checkItems(errors, Object.keys(source.options ?? {}), (key) => {
    const namespace = `.${key.split('/', 1)[0]!.toLowerCase()}`;
    if (namespace.endsWith('.kubernetes.io') || namespace.endsWith('.k8s.io'))
      errors.push(
        invalid(`${path}.options[${key}]`, key, 'kubernetes.io and k8s.io namespaces are reserved'),
      );
  });
  return errors;
}

export function ephemeralErrors({ volumeClaimTemplate }: EphemeralVolumeSource, path: string): FieldError[] {
  const at = `${path}.volumeClaimTemplate`;
  if (!volumeClaimTemplate) return [required(at)];
  return [
    ...templateMetaErrors(volumeClaimTemplate.metadata ?? {}, `${at}.metadata`),
    ...claimSpecErrors(volumeClaimTemplate.spec, `${at}.spec`),
  ];
}

/** What the API server or the controller sets in the claim that is made, with upstream's names. */
const notInTemplates: readonly (readonly [keyof ObjectMeta, string])[] = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
];

const templateMetaErrors = (meta: ObjectMeta, path: string): FieldError[] => [
  ...validateAnnotations(meta.annotations, `${path}.annotations`),
  ...validateLabels(meta.labels, `${path}.labels`),
  ...notInTemplates
    .filter(([field]) => Boolean(meta[field]))
    .map(([, field]) => forbidden(`${path}.${field}`, 'cannot be set')),
];
