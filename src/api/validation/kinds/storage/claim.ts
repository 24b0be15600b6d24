// Validates PersistentVolumeClaims. Most of a claim is fixed; a bound one may grow, and change its VolumeAttributesClass.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called through rule-book.ts.

import { addAll } from '../../../../kit/lists.ts';
import type { PersistentVolumeClaimSpec } from '../../../kinds/core/v1/claim-spec.ts';
import type { PersistentVolumeClaim } from '../../../kinds/core/v1/persistent-volume-claim.ts';
import { isNativeResource } from '../../../pods/resource-names.ts';
import { compareQuantity, parseQuantity, signOf } from '../../../quantity/quantity.ts';
import { BETA_STORAGE_CLASS } from '../../../volumes/annotations.ts';
import {
  complaints,
  type FieldError,
  forbidden,
  immutable,
  invalid,
  notSupported,
  required,
} from '../../field.ts';
import { validateLabelSelector } from '../../labels.ts';
import { isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from '../../names.ts';
import { unchanged } from '../../object-meta.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { amountErrors, validAmount } from '../amounts/amounts.ts';
import { accessModeErrors, classNameErrors, volumeModes } from './volume-fields.ts';

export function claimSpecErrors(
  spec: PersistentVolumeClaimSpec = {},
  path = 'spec',
  keepsReferences = false,
): FieldError[] {
  const { accessModes, selector, resources, volumeMode, volumeAttributesClassName } = spec;
  const errors: FieldError[] = [];
  if (!accessModes?.length)
    errors.push(required(`${path}.accessModes`, 'at least 1 access mode is required'));
  addAll(errors, validateLabelSelector(selector, `${path}.selector`));
  addAll(errors, accessModeErrors(accessModes, `${path}.accessModes`));
  addAll(errors, sizeErrors(resources?.requests?.storage, `${path}.resources[storage]`));
  addAll(errors, classNameErrors(spec.storageClassName, `${path}.storageClassName`));
  if (volumeMode !== undefined && !volumeModes.includes(volumeMode))
    errors.push(notSupported(`${path}.volumeMode`, volumeMode, volumeModes));
  addAll(errors, sourcesErrors(spec, path, keepsReferences));
  return [...errors, ...classNameErrors(volumeAttributesClassName, `${path}.volumeAttributesClassName`)];
}

function sizeErrors(size: string | undefined, path: string): FieldError[] {
  if (size === undefined) return [required(path)];
  return signOf(parseQuantity(size)) > 0 ? [] : [invalid(path, size, 'must be greater than zero')];
}

interface Reference {
  readonly apiGroup?: string;
  readonly kind: string;
  readonly name: string;
}

/** `keeps`: the stored claim has a group, which older rules did not check. */
function referenceErrors(
  { apiGroup = '', kind, name }: Reference,
  path: string,
  keeps: boolean,
): FieldError[] {
  const errors: FieldError[] = [];
  if (!name) errors.push(required(`${path}.name`));
  if (!kind) errors.push(required(`${path}.kind`));
  if (apiGroup === '' && kind !== 'PersistentVolumeClaim')
    errors.push(invalid(path, kind, "must be 'PersistentVolumeClaim' when referencing the default apiGroup"));
  if (apiGroup !== '' && !keeps)
    addAll(errors, complaints(`${path}.apiGroup`, apiGroup, isDNS1123Subdomain(apiGroup)));
  return errors;
}

/** Two fields for one source. Only the newer one may be in another namespace, and then stands alone. */
function sourcesErrors(
  { dataSource, dataSourceRef }: PersistentVolumeClaimSpec,
  path: string,
  keeps: boolean,
): FieldError[] {
  const at = `${path}.dataSourceRef`;
  const namespace = dataSourceRef?.namespace ?? '';
  const errors = [
    ...(dataSource ? referenceErrors(dataSource, `${path}.dataSource`, keeps) : []),
    ...(dataSourceRef ? referenceErrors(dataSourceRef, at, keeps) : []),
    ...(namespace ? complaints(`${at}.namespace`, namespace, isDNS1123Label(namespace)) : []),
  ];
  if (!dataSource || !dataSourceRef) return errors;
  // As upstream, the value in the message is a path, which Go writes as an empty object.
  if (namespace)
    errors.push(invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified'));
  else if (!isSame(dataSource, dataSourceRef)) errors.push(invalid(path, {}, 'must match dataSourceRef'));
  return errors;
}

const isSame = (one: Reference, other: Reference): boolean =>
  one.apiGroup === other.apiGroup && one.kind === other.kind && one.name === other.name;

type Claim = PersistentVolumeClaim;
const annotatedClass = ({ metadata }: Claim): string | undefined =>
  metadata.annotations?.[BETA_STORAGE_CLASS];

/** The class moves from the annotation to the field of that purpose. */
function movesClass(claim: Claim, old: Claim): boolean {
  const before = annotatedClass(old);
  const [now, field] = [annotatedClass(claim), claim.spec?.storageClassName];
  return (
    before !== undefined &&
    old.spec?.storageClassName === undefined &&
    field === before &&
    (now === undefined || now === before)
  );
}

/** A claim without a class gets one. */
function gainsClass(claim: Claim, old: Claim): boolean {
  const [before, field] = [annotatedClass(old), claim.spec?.storageClassName];
  return (
    field !== undefined &&
    old.spec?.storageClassName === undefined &&
    (before === undefined || before === field)
  );
}

/** The new spec with the old one's values where they may differ. */
function fixedPart(claim: Claim, old: Claim): PersistentVolumeClaimSpec {
  const [spec, before] = [claim.spec ?? {}, old.spec ?? {}];
  const isBound = claim.status?.phase === 'Bound';
  const requests = spec.resources?.requests;
  return {
    ...spec,
    ...(before.volumeName ? {} : { volumeName: undefined }),
    ...(movesClass(claim, old) || gainsClass(claim, old)
      ? { storageClassName: before.storageClassName }
      : {}),
    ...(isBound ? { volumeAttributesClassName: before.volumeAttributesClassName } : {}),
    ...(isBound && requests
      ? {
          resources: {
            ...spec.resources,
            requests: { ...requests, storage: before.resources?.requests?.storage ?? '0' },
          },
        }
      : {}),
  };
}

function claimUpdate(claim: Claim, old: Claim): FieldError[] {
  const [spec, before] = [claim.spec ?? {}, old.spec ?? {}];
  const errors = claimSpecErrors(
    spec,
    'spec',
    before.dataSource?.apiGroup !== undefined || before.dataSourceRef?.apiGroup !== undefined,
  );
  const [now, then] = [annotatedClass(claim) ?? '', annotatedClass(old) ?? ''];
  if (now !== then && !movesClass(claim, old))
    errors.push(immutable(`metadata.annotations.${BETA_STORAGE_CLASS}`, now));
  const wasFree = before.volumeName ? before : { ...before, volumeName: undefined };
  if (!semanticEqual(fixedPart(claim, old), wasFree))
    errors.push(
      forbidden(
        'spec',
        'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
      ),
    );
  addAll(errors, shrinkErrors(claim, old));
  addAll(errors, unchanged('volumeMode', spec.volumeMode, before.volumeMode));
  return [...errors, ...attributesClassErrors(claim, old)];
}

const storageIn = (amounts: Readonly<Record<string, string>> | undefined) =>
  parseQuantity(amounts?.storage ?? '0');

/** A claim that failed to grow may ask for less again, but for more than it has. */
function shrinkErrors(claim: Claim, old: Claim): FieldError[] {
  const [after, before] = [claim, old].map(({ spec }) => storageIn(spec?.resources?.requests));
  if (compareQuantity(after!, before!) >= 0) return [];
  return compareQuantity(after!, storageIn(old.status?.capacity)) <= 0
    ? [forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity')]
    : [];
}

/** A volume that has a class cannot lose it. */
function attributesClassErrors(claim: Claim, old: Claim): FieldError[] {
  const [after, before] = [claim.spec?.volumeAttributesClassName, old.spec?.volumeAttributesClassName];
  if (after === before || old.status?.currentVolumeAttributesClassName === undefined || after) return [];
  const what = after === undefined ? 'nil' : 'empty string';
  return [
    forbidden(
      'spec.volumeAttributesClassName',
      `update to ${what} is forbidden when status.currentVolumeAttributesClassName is not nil`,
    ),
  ];
}

const resizeStatuses = [
  'ControllerResizeInProgress',
  'ControllerResizeInfeasible',
  'NodeResizeInProgress',
  'NodeResizeInfeasible',
  'NodeResizePending',
].sort();

function resourceErrors(name: string, path: string): FieldError[] {
  const errors = complaints(path, name, isQualifiedName(name));
  if (errors.length > 0 || !isNativeResource(name) || name === 'storage') return errors;
  return [notSupported(path, name, ['storage'])];
}

function statusErrors({ spec, status }: Claim): FieldError[] {
  const errors = spec?.accessModes?.length ? [] : [required('Spec.accessModes')];
  for (const [name, amount] of Object.entries(status?.capacity ?? {}))
    addAll(errors, validAmount(amount, `status.capacity[${name}]`));
  const statuses = 'status.allocatedResourceStatuses';
  for (const [name, state] of Object.entries(status?.allocatedResourceStatuses ?? {})) {
    addAll(errors, resourceErrors(name, statuses));
    if (!resizeStatuses.includes(state)) errors.push(notSupported(statuses, name, resizeStatuses));
  }
  for (const [name, amount] of Object.entries(status?.allocatedResources ?? {})) {
    const path = 'status.allocatedResources';
    const wrong = resourceErrors(name, path);
    const at = `${path}[${name}]`;
    const bad = wrong.length > 0 ? wrong : validAmount(amount, at);
    addAll(errors, bad.length > 0 ? bad : amountErrors('storage', amount, at));
  }
  return errors;
}

export const persistentVolumeClaimRules: Rules<PersistentVolumeClaim> = {
  create: (claim) => claimSpecErrors(claim.spec),
  update: claimUpdate,
  status: statusErrors,
};
