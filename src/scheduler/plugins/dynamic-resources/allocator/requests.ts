// The requests of claims as the search sees them: each alternative of a request is one of its own. Pure.
import type {
  CapacityRequirements,
  DeviceRequest,
  DeviceSelector,
  DeviceToleration,
  ExactDeviceRequest,
} from '../../../../api/kinds/resource/v1/device.ts';
import type { DeviceClass } from '../../../../api/kinds/resource/v1/device-class.ts';
import type { ResourceClaim } from '../../../../api/kinds/resource/v1/resource-claim.ts';
import { keyOf } from '../../../../api/meta/v1/object.ts';
import type { Candidate } from './pools.ts';

/** A request, or an alternative of one. */
export interface Wanted {
  readonly claim: Readonly<ResourceClaim>;
  readonly claimIndex: number;
  readonly name: string;
  /** Name of the request that constraints mean. */
  readonly base: string;
  /** `request`, or `request/alternative`: as in results. */
  readonly fullName: string;
  readonly class: Readonly<DeviceClass>;
  readonly selectors: readonly DeviceSelector[];
  readonly tolerations: readonly DeviceToleration[];
  readonly capacity: Readonly<CapacityRequirements> | undefined;
  readonly adminAccess: boolean;
  /** How many devices; for all, how many there are. */
  readonly count: number;
  /** All of them, if all are wanted. */
  readonly all?: readonly Candidate[];
}

/** What of a request says whether it may have a device. */
export type Selecting = Pick<Wanted, 'class' | 'claim' | 'selectors'>;

/** The alternatives of a request in their order; one of a request that has none. */
export type Alternatives = readonly Wanted[];

/** What a request and its alternatives have in common; without a count for `All`, which depends on the node. */
export interface Ask extends Omit<Wanted, 'count' | 'all' | 'claimIndex'> {
  readonly mode: string;
  readonly exact: number;
}

export type FindClass = (name: string) => Readonly<DeviceClass> | undefined;

/** Throws, in upstream's words, for what cannot be allocated on any node. */
export function asksOf(
  claim: Readonly<ResourceClaim>,
  request: Readonly<DeviceRequest>,
  find: FindClass,
): Ask[] {
  const ask = (of: Partial<ExactDeviceRequest>, name: string, fullName: string): Ask => {
    const where = `claim ${keyOf(claim)}, request ${name}`;
    const { selectors = [], deviceClassName = '', tolerations = [], capacity } = of;
    for (const [i, { cel }] of selectors.entries())
      if (!cel)
        throw new Error(`${where}, selector #${i}: CEL expression empty (unsupported selector type?)`);
    if (!deviceClassName) throw new Error(`${where}: missing device class name (unsupported request type?)`);
    const found = find(deviceClassName);
    if (!found)
      throw new Error(
        `${where}: could not retrieve device class ${deviceClassName}: deviceclass.resource.k8s.io "${deviceClassName}" not found`,
      );
    const mode = of.allocationMode ?? 'ExactCount';
    if (mode !== 'ExactCount' && mode !== 'All') throw new Error(`${where}: unsupported count mode ${mode}`);
    return {
      ...{ claim, name, base: request.name, fullName, class: found },
      ...{ selectors, tolerations, capacity, adminAccess: of.adminAccess === true },
      ...{ mode, exact: of.count ?? 1 },
    };
  };
  const { exactly, firstAvailable = [] } = request;
  if (firstAvailable.length === 0) return [ask(exactly ?? {}, request.name, request.name)];
  return firstAvailable.map((one) => ask(one, one.name, `${request.name}/${one.name}`));
}
