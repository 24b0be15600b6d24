// Validates ResourcePoolStatusRequests: what is asked never changes, nor does the answer.
// Paths and messages follow the declarative rules in k8s.io/api/resource/v1alpha3, and pkg/apis/resource/validation.
import { addAll } from '../../../../kit/lists.ts';
import type {
  PoolStatus,
  ResourcePoolStatusRequest,
  ResourcePoolStatusRequestStatus,
} from '../../../kinds/resource/v1alpha3/resource-pool-status-request.ts';
import {
  checkItems,
  complaints,
  errorsOfItems,
  type FieldError,
  immutable,
  invalid,
  required,
  tooLong,
  tooMany,
} from '../../field.ts';
import { isDNS1123Subdomain } from '../../names.ts';
import type { Rules } from '../../rules.ts';
import { semanticEqual } from '../../semantic.ts';
import { conditionsErrors } from './conditions.ts';

const MAX_LIMIT = 1000;
const MAX_POOLS = 1000;
const MAX_CONDITIONS = 10;
/** Bytes. */
const MAX_POOL_NAME = 253;
const MAX_ERROR = 256;

export const resourcePoolStatusRequestRules: Rules<ResourcePoolStatusRequest> = {
  create: ({ spec: { driver, poolName, limit } }) => [
    ...driverErrors('spec.driver', driver),
    ...(poolName === undefined ? [] : poolNameErrors('spec.poolName', poolName)),
    ...(limit === undefined ? [required('spec.limit')] : between('spec.limit', limit, 1, MAX_LIMIT)),
  ],
  update: ({ spec }, old) => (semanticEqual(spec, old.spec) ? [] : [immutable('spec', null)]),
  status({ status }, old) {
    if (old.status) return semanticEqual(status, old.status) ? [] : [immutable('status', status)];
    return status ? statusErrors(status) : [];
  },
};

function statusErrors({ conditions, poolCount, pools = [] }: ResourcePoolStatusRequestStatus): FieldError[] {
  const path = 'status';
  const count = conditions?.length ?? 0;
  const errors = conditionsErrors(`${path}.conditions`, conditions);
  if (poolCount === undefined) errors.push(required(`${path}.poolCount`));
  else addAll(errors, between(`${path}.poolCount`, poolCount, 0));
  if (pools.length > MAX_POOLS) errors.push(tooMany(`${path}.pools`, pools.length, MAX_POOLS));
  else
    addAll(
      errors,
      errorsOfItems(pools, (pool, i) => poolErrors(`${path}.pools[${i}]`, pool)),
    );
  if (count > MAX_CONDITIONS) errors.push(tooMany(`${path}.conditions`, count, MAX_CONDITIONS));
  return errors;
}

const COUNTS = [
  ['resourceSliceCount', 1],
  ['totalDevices', 0],
  ['allocatedDevices', 0],
  ['availableDevices', 0],
  ['unavailableDevices', 0],
] as const;

function poolErrors(path: string, pool: PoolStatus): FieldError[] {
  const { driver, poolName, generation = 0, nodeName, validationError = '' } = pool;
  const errors = driverErrors(`${path}.driver`, driver);
  addAll(errors, poolName ? poolNameErrors(`${path}.poolName`, poolName) : [required(`${path}.poolName`)]);
  addAll(errors, between(`${path}.generation`, generation, 0));
  for (const [name, least] of COUNTS)
    if (pool[name] !== undefined) addAll(errors, between(`${path}.${name}`, pool[name], least));
  if (nodeName !== undefined)
    addAll(errors, complaints(`${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName)));
  if (Buffer.byteLength(validationError) > MAX_ERROR)
    errors.push(tooLong(`${path}.validationError`, MAX_ERROR));
  return errors;
}

/** Upper case letters are allowed. */
const driverErrors = (path: string, driver: string | undefined): FieldError[] =>
  driver ? complaints(path, driver, isDNS1123Subdomain(driver.toLowerCase())) : [required(path)];

function poolNameErrors(path: string, name: string): FieldError[] {
  const errors = Buffer.byteLength(name) > MAX_POOL_NAME ? [tooLong(path, MAX_POOL_NAME)] : [];
  checkItems(errors, name.split('/'), (part, i) => {
    if (part === '') errors.push(invalid(path, name, `segment ${i}: must not be empty`));
    else for (const why of isDNS1123Subdomain(part)) errors.push(invalid(path, part, `segment ${i}: ${why}`));
  });
  return errors;
}

function between(path: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): FieldError[] {
  if (value < least) return [invalid(path, value, `must be greater than or equal to ${least}`)];
  return value > most ? [invalid(path, value, `must be less than or equal to ${most}`)] : [];
}
