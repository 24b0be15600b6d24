// The bounds of sizes of what `device` has, from which costs are estimated.
// Upstream: sizeEstimator in staging/src/k8s.io/dynamic-resource-allocation/cel/compile.go.
import {
  MAX_ATTRIBUTE_VALUE,
  MAX_ATTRIBUTE_VALUES,
  MAX_ATTRIBUTES_AND_CAPACITIES,
  MAX_DRIVER_NAME,
  MAX_IDENTIFIER,
} from '../../kinds/resource/v1/limits.ts';
import type { SizeOf } from '../cost/estimate.ts';

/** Characters, items or entries of the largest value. */
interface Sized {
  readonly most: number;
  readonly fields?: Readonly<Record<string, Sized>>;
  readonly key?: Sized;
  readonly element?: Sized;
}

const sized = (most: number): Sized => ({ most });

/** A text, or a list of which the items are counted. */
const attribute = sized(Math.max(MAX_ATTRIBUTE_VALUE, MAX_ATTRIBUTE_VALUES));

const map = (key: Sized, element: Sized): Sized => ({ most: MAX_ATTRIBUTES_AND_CAPACITIES, key, element });
const byDomain = (element: Sized): Sized => map(sized(MAX_DRIVER_NAME), map(sized(MAX_IDENTIFIER), element));

const device: Sized = {
  most: 0,
  fields: {
    driver: sized(MAX_DRIVER_NAME),
    allowMultipleAllocations: sized(1),
    attributes: byDomain(attribute),
    capacity: byDomain(sized(0)),
  },
};

export const sizeOfDevice: SizeOf = ([variable, ...path]) => {
  if (variable !== 'device') return undefined;
  let at: Sized | undefined = device;
  for (const part of path) {
    at = partOf(at, part);
    if (!at) return undefined;
  }
  return { min: 0, max: at.most };
};

function partOf({ fields, key, element }: Sized, part: string): Sized | undefined {
  if (part === '@keys') return key;
  if (part === '@items' || part === '@values') return element;
  // Attributes have the same bound, whatever their names.
  return fields && Object.hasOwn(fields, part) ? fields[part] : element === attribute ? attribute : undefined;
}
