// Validates names of CSI drivers where they are referred to.
// Messages follow ValidateCSIDriverName in k8s.io/kubernetes pkg/apis/core/validation.
import { complaints, type FieldError, required, tooLong } from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';

/** Bytes. */
const LONGEST = 63;

export function driverNameErrors(name: string, path: string): FieldError[] {
  if (!name) return [required(path)];
  return [
    ...(Buffer.byteLength(name) > LONGEST ? [tooLong(path, LONGEST)] : []),
    ...complaints(path, name, isDNS1123Subdomain(name.toLowerCase())),
  ];
}
