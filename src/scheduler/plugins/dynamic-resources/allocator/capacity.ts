// How much of a shared device's capacities a request consumes, and whether that is left. Pure. Upstream: consumable_capacity.go.

import type { CapacityRequirements } from '../../../../api/kinds/resource/v1/device.ts';
import type {
  CapacityRequestPolicy,
  CapacityRequestPolicyRange,
  DeviceCapacity,
} from '../../../../api/kinds/resource/v1/resource-slice.ts';
import {
  addQuantity,
  compareQuantity,
  formatQuantity,
  parseQuantity,
  type Quantity,
  quantityOf,
  wholeUnits,
} from '../../../../api/quantity/quantity.ts';
import { own } from '../../../../kit/own.ts';

/** Amounts by name of the capacity. */
export type Amounts = ReadonlyMap<string, Quantity>;
type Capacities = Readonly<Record<string, Readonly<DeviceCapacity>>>;
type Requests = Readonly<CapacityRequirements> | undefined;

/** What the request would consume; undefined if it asks for what there is not, or for what the device does not give. */
export function consumedBy(
  requirements: Requests,
  capacities: Capacities,
): Map<string, Quantity> | undefined {
  const requests = requirements?.requests ?? {};
  if (Object.keys(requests).some((name) => own(capacities, name) === undefined)) return undefined;
  const consumed = new Map<string, Quantity>();
  for (const [name, capacity] of Object.entries(capacities)) {
    const asked = own(requests, name);
    const amount = consumption(asked === undefined ? undefined : parseQuantity(asked), capacity);
    if (violates(amount, capacity.requestPolicy)) return undefined;
    consumed.set(name, amount);
  }
  return consumed;
}

/** Whether the device has that much besides what is consumed already. */
export const isLeft = (
  wanted: Amounts,
  capacities: Capacities,
  ...consumed: readonly (Amounts | undefined)[]
): boolean =>
  Object.entries(capacities).every(([name, { value }]) => {
    let sum = wanted.get(name);
    for (const amounts of consumed) {
      const amount = amounts?.get(name);
      if (amount) sum = sum ? addQuantity(sum, amount) : amount;
    }
    return !sum || compareQuantity(sum, parseQuantity(value)) <= 0;
  });

export function plus(a: Amounts | undefined, b: Amounts): Map<string, Quantity> {
  const sum = new Map(a);
  for (const [name, amount] of b) {
    const known = sum.get(name);
    sum.set(name, known ? addQuantity(known, amount) : amount);
  }
  return sum;
}

export const textOf = (amounts: Amounts): Record<string, string> =>
  Object.fromEntries([...amounts].map(([name, amount]) => [name, formatQuantity(amount)]));

function consumption(
  asked: Quantity | undefined,
  { value, requestPolicy }: Readonly<DeviceCapacity>,
): Quantity {
  if (!asked) return parseQuantity(requestPolicy?.default ?? value);
  if (requestPolicy?.validRange?.min !== undefined) return inRange(asked, requestPolicy.validRange);
  const valid = requestPolicy?.validValues?.map(parseQuantity);
  return valid?.find((one) => compareQuantity(asked, one) <= 0) ?? asked;
}

/** At least the least amount, and that plus whole steps. */
function inRange(asked: Quantity, range: Readonly<CapacityRequestPolicyRange>): Quantity {
  const min = parseQuantity(range.min);
  if (compareQuantity(asked, min) < 0) return min;
  const step = range.step === undefined ? 0n : wholeUnits(parseQuantity(range.step));
  if (step <= 0n) return asked;
  const least = wholeUnits(min);
  const steps = (wholeUnits(asked) - least + step - 1n) / step;
  return quantityOf(least + steps * step, 'BinarySI');
}

function violates(amount: Quantity, policy: Readonly<CapacityRequestPolicy> | undefined): boolean {
  const isOne = (text: string) => compareQuantity(amount, parseQuantity(text)) === 0;
  if (!policy || (policy.default !== undefined && isOne(policy.default))) return false;
  const { validRange, validValues = [] } = policy;
  if (!validRange) return validValues.length > 0 && !validValues.some(isOne);
  if (validRange.max !== undefined && compareQuantity(amount, parseQuantity(validRange.max)) > 0) return true;
  const step = validRange.step === undefined ? 0n : wholeUnits(parseQuantity(validRange.step));
  const least = validRange.min === undefined ? 0n : wholeUnits(parseQuantity(validRange.min));
  return step > 0n && (wholeUnits(amount) - least) % step !== 0n;
}
