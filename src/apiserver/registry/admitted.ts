// Admission of a request whose object is not stored: a connection, a binding, an eviction, a token request or a review.
// Called by the handlers of these subresources and by virtual resources.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { StructType } from '../../api/schema/notation.ts';
import type { Admission, AdmissionAttributes, Carried } from './admission.ts';
import type { WriteContext } from './write-context.ts';

export interface Unstored<T extends Carried> {
  readonly kind: AnyResource;
  readonly schema: StructType;
  readonly name: string;
  readonly object: T;
  readonly write: WriteContext;
}

/** Mutates the object, runs `check` (the validation that stands between the two steps upstream), then validates. */
export async function admitted<T extends Carried>(
  admission: Admission,
  operation: 'CREATE' | 'CONNECT',
  { write, ...request }: Unstored<T>,
  check: () => void = () => {},
): Promise<T> {
  const attributes: AdmissionAttributes<T> = { ...write, ...request, operation, old: undefined };
  await admission.admit(attributes);
  check();
  await admission.validate(attributes);
  return request.object;
}
