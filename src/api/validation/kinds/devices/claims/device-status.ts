// Validates what drivers report about devices that were allocated for a claim.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import { sharedDeviceKey, sharedDeviceOf } from '../../../../devices/shared-device.ts';
import type {
  AllocatedDeviceStatus,
  NetworkDeviceData,
} from '../../../../kinds/resource/v1/resource-claim.ts';
import { interfaceAddressComplaints } from '../../../addresses.ts';
import { complaints, type FieldError, invalid, tooLong } from '../../../field.ts';
import { isDNS1123Label } from '../../../names.ts';
import { conditionsErrors } from '../../beta/conditions.ts';
import { documentErrors } from '../configuration.ts';
import { setErrors, tooManyErrors } from '../lists.ts';
import { driverErrors, poolErrors } from '../names.ts';
import { uidErrors } from './uid.ts';

const MAX_CONDITIONS = 8;
const MAX_ADDRESSES = 16;
/** Bytes. */
const MAX_INTERFACE_NAME = 256;
const MAX_HARDWARE_ADDRESS = 128;

export const deviceStatusesErrors = (
  path: string,
  devices: readonly AllocatedDeviceStatus[] | undefined,
  allocated: ReadonlySet<string>,
): FieldError[] =>
  setErrors(path, devices, Number.POSITIVE_INFINITY, sharedDeviceOf, (at, device) =>
    deviceStatusErrors(at, device, allocated),
  );

function deviceStatusErrors(
  path: string,
  status: AllocatedDeviceStatus,
  allocated: ReadonlySet<string>,
): FieldError[] {
  const { driver, pool = '', device = '', shareID, conditions = [], data, networkData } = status;
  const errors = driverErrors(`${path}.driver`, driver);
  addAll(
    errors,
    poolErrors(`${path}.pool`, pool),
    complaints(`${path}.device`, device, isDNS1123Label(device)),
    shareID === undefined ? [] : uidErrors(`${path}.shareID`, shareID),
  );
  if (!allocated.has(sharedDeviceKey(status)))
    errors.push(invalid(path, sharedDeviceOf(status), 'must be an allocated device in the claim'));
  addAll(
    errors,
    tooManyErrors(`${path}.conditions`, conditions, MAX_CONDITIONS),
    conditionsErrors(`${path}.conditions`, conditions),
    data === undefined || data === null ? [] : documentErrors(`${path}.data`, data),
    networkErrors(`${path}.networkData`, networkData),
  );
  return errors;
}

function networkErrors(
  path: string,
  { interfaceName = '', hardwareAddress = '', ips }: NetworkDeviceData = {},
): FieldError[] {
  const errors: FieldError[] = [];
  if (Buffer.byteLength(interfaceName) > MAX_INTERFACE_NAME)
    errors.push(tooLong(`${path}.interfaceName`, MAX_INTERFACE_NAME));
  if (Buffer.byteLength(hardwareAddress) > MAX_HARDWARE_ADDRESS)
    errors.push(tooLong(`${path}.hardwareAddress`, MAX_HARDWARE_ADDRESS));
  addAll(
    errors,
    setErrors(
      `${path}.ips`,
      ips,
      MAX_ADDRESSES,
      (address) => address,
      (at, address) => complaints(at, address, interfaceAddressComplaints(address)),
    ),
  );
  return errors;
}
