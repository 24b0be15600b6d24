// Validates how a device counts against resources of its node, such as memory.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import type { Device, NodeAllocatableResourceMapping } from '../../../../kinds/resource/v1/resource-slice.ts';
import { isNativeResource } from '../../../../pods/resource-names.ts';
import { formatQuantity, parseQuantity, signOf } from '../../../../quantity/quantity.ts';
import { checkItems, type FieldError, invalid, notFound } from '../../../field.ts';

export function nodeResourcesErrors(
  path: string,
  { nodeAllocatableResourceMappings: mappings = {}, capacity = {} }: Device,
): FieldError[] {
  const errors: FieldError[] = [];
  checkItems(errors, Object.keys(mappings), (name) => {
    const at = `${path}[${name}]`;
    if (!isNativeResource(name)) errors.push(invalid(at, name, 'must be a node allocatable resource name'));
    addAll(errors, mappingErrors(at, mappings[name]!, capacity));
  });
  return errors;
}

function mappingErrors(
  path: string,
  { allocationMultiplier, capacityKey }: NodeAllocatableResourceMapping,
  capacity: object,
): FieldError[] {
  if (allocationMultiplier === undefined && capacityKey === undefined)
    return [invalid(path, '', 'at least one of allocationMultiplier or capacityKey must be set')];
  const errors: FieldError[] = [];
  const multiplier = allocationMultiplier === undefined ? undefined : parseQuantity(allocationMultiplier);
  if (multiplier && signOf(multiplier) <= 0)
    errors.push(invalid(`${path}.allocationMultiplier`, formatQuantity(multiplier), 'must be positive'));
  if (capacityKey === '')
    errors.push(invalid(`${path}.capacityKey`, '', 'capacityKey must not be an empty string'));
  else if (capacityKey !== undefined && !Object.hasOwn(capacity, capacityKey))
    errors.push(notFound(`${path}.capacityKey`, capacityKey));
  return errors;
}
