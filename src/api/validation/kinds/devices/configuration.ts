// Validates configurations, which are for one driver each: of claims, of classes, and of what was allocated.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { OpaqueDeviceConfiguration } from '../../../kinds/resource/v1/device.ts';
import { isObject } from '../../../patch/json.ts';
import { type FieldError, invalid, required, tooLong } from '../../field.ts';
import { driverErrors } from './names.ts';

/** Bytes. */
const MAX_PARAMETERS = 10 * 1024;

/** Parameters that are stored already may be longer. */
export function configurationErrors(
  path: string,
  { opaque }: { opaque?: OpaqueDeviceConfiguration },
  isStored = false,
): FieldError[] {
  if (!opaque) return [required(`${path}.opaque`)];
  const { driver, parameters } = opaque;
  return [
    ...driverErrors(`${path}.opaque.driver`, driver),
    ...documentErrors(`${path}.opaque.parameters`, parameters, isStored),
  ];
}

/** JSON in a format that the driver knows. */
export function documentErrors(path: string, document: unknown, isStored = false): FieldError[] {
  if (document === undefined || document === null) return [required(path)];
  if (!isStored && Buffer.byteLength(JSON.stringify(document)) > MAX_PARAMETERS)
    return [tooLong(path, MAX_PARAMETERS)];
  return isObject(document) ? [] : [invalid(path, '<value omitted>', 'must be a valid JSON object')];
}
