// Allocations that failed, as a Status. Upstream: pkg/registry/core/service/storage/alloc.go.
import type { Service } from '../../../api/kinds/core/v1/service.ts';
import { internalError, invalid, type StatusError } from '../../../api/status/status-error.ts';
import { invalid as invalidField } from '../../../api/validation/field.ts';
import type { AllocationError } from '../../allocation/allocation-error.ts';

export const KIND = { group: '', kind: 'Service' };

/** The value that the user named cannot be allocated. */
export const refused = ({ metadata }: Service, field: string, value: unknown, detail: string): StatusError =>
  invalid(KIND, metadata.name!, [invalidField(field, value, detail)]);

/** Nothing is left: no fault of the request. */
export const unable = (what: string, { message }: AllocationError): StatusError =>
  internalError(new Error(`failed to allocate ${what}: ${message}`));
