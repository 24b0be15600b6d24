// Validates what was allocated for a claim: devices for its requests, and the configurations of their drivers. Only new results are
// validated: older ones were allowed more.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import { MAX_CONFIGURATIONS, MAX_REQUESTS } from '../../../../kinds/resource/v1/limits.ts';
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  DeviceRequestAllocationResult,
} from '../../../../kinds/resource/v1/resource-claim.ts';
import { complaints, type FieldError, notSupported, required } from '../../../field.ts';
import { isDNS1123Label } from '../../../names.ts';
import { validateNodeSelector } from '../../../pod/placement/scheduling.ts';
import { bindingErrors } from '../binding-conditions.ts';
import { configurationErrors } from '../configuration.ts';
import { listErrors } from '../lists.ts';
import { driverErrors, poolErrors } from '../names.ts';
import { referenceErrors, referencesErrors } from './request-names.ts';
import { uidErrors } from './uid.ts';

const SOURCES = ['FromClaim', 'FromClass'];

export function allocationErrors(
  path: string,
  { devices, nodeSelector }: AllocationResult,
  names: ReadonlySet<string>,
): FieldError[] {
  const errors = listErrors(`${path}.devices.results`, devices?.results, MAX_REQUESTS, (at, result) =>
    resultErrors(at, result, names),
  );
  // Those of classes, and those of the claim.
  const most = 2 * MAX_CONFIGURATIONS;
  addAll(
    errors,
    listErrors(`${path}.devices.config`, devices?.config, most, (at, one) => sourcedErrors(at, one, names)),
  );
  if (nodeSelector) addAll(errors, validateNodeSelector(nodeSelector, `${path}.nodeSelector`));
  return errors;
}

function resultErrors(
  path: string,
  result: DeviceRequestAllocationResult,
  names: ReadonlySet<string>,
): FieldError[] {
  const { request = '', driver, pool = '', device = '', shareID } = result;
  const errors = referenceErrors(`${path}.request`, request, names);
  addAll(
    errors,
    driverErrors(`${path}.driver`, driver),
    poolErrors(`${path}.pool`, pool),
    complaints(`${path}.device`, device, isDNS1123Label(device)),
    bindingErrors(path, result),
    shareID === undefined ? [] : uidErrors(`${path}.shareID`, shareID),
  );
  return errors;
}

function sourcedErrors(
  path: string,
  configuration: DeviceAllocationConfiguration,
  names: ReadonlySet<string>,
): FieldError[] {
  const { source, requests } = configuration;
  const errors = source ? [] : [required(`${path}.source`)];
  if (source && !SOURCES.includes(source)) errors.push(notSupported(`${path}.source`, source, SOURCES));
  addAll(
    errors,
    referencesErrors(`${path}.requests`, requests, names),
    configurationErrors(path, configuration),
  );
  return errors;
}
