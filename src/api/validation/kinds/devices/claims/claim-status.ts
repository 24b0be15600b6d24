// Validates the status of ResourceClaims: what was allocated stays as it is, and consumers are only those of an allocated claim.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import { sharedDeviceKey } from '../../../../devices/shared-device.ts';
import type {
  ResourceClaim,
  ResourceClaimConsumerReference,
  ResourceClaimStatus,
} from '../../../../kinds/resource/v1/resource-claim.ts';
import { type FieldError, forbidden, immutable, required } from '../../../field.ts';
import { semanticEqual } from '../../../semantic.ts';
import { setErrors } from '../lists.ts';
import { allocationErrors } from './allocation.ts';
import { deviceStatusesErrors } from './device-status.ts';
import { namesOf } from './request-names.ts';

const MAX_CONSUMERS = 256;

export function statusErrors(
  { metadata, spec, status = {} }: ResourceClaim,
  { status: old = {} }: ResourceClaim,
): FieldError[] {
  const { allocation, devices, reservedFor } = status;
  const allocated = new Set((allocation?.devices?.results ?? []).map(sharedDeviceKey));
  const errors = setErrors(
    'status.reservedFor',
    reservedFor,
    MAX_CONSUMERS,
    ({ uid = '' }) => uid,
    consumerErrors,
  );
  addAll(
    errors,
    deviceStatusesErrors('status.devices', devices, allocated),
    reservationErrors(status, old, metadata?.deletionTimestamp !== undefined),
  );
  if (!allocation) return errors;
  const names = namesOf(spec?.devices?.requests);
  if (!old.allocation) addAll(errors, allocationErrors('status.allocation', allocation, names));
  else if (!semanticEqual(allocation, old.allocation))
    errors.push(immutable('status.allocation', allocation));
  return errors;
}

const consumerErrors = (
  path: string,
  { resource, name, uid }: ResourceClaimConsumerReference,
): FieldError[] => [
  ...(resource ? [] : [required(`${path}.resource`)]),
  ...(name ? [] : [required(`${path}.name`)]),
  ...(uid ? [] : [required(`${path}.uid`)]),
];

function reservationErrors(
  { allocation, reservedFor = [] }: ResourceClaimStatus,
  { reservedFor: before = [] }: ResourceClaimStatus,
  isDeleted: boolean,
): FieldError[] {
  const path = 'status.reservedFor';
  if (reservedFor.length === 0) return [];
  if (!allocation) return [forbidden(path, 'may not be specified when `allocated` is not set')];
  if (!isDeleted || reservedFor.length > MAX_CONSUMERS) return [];
  const isNew = (one: ResourceClaimConsumerReference) => !before.some((other) => semanticEqual(one, other));
  return reservedFor.some(isNew)
    ? [
        forbidden(
          path,
          'new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set',
        ),
      ]
    : [];
}
