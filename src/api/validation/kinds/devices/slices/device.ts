// Validates one device of a ResourceSlice: what it has and takes, who may use it, and its taints.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import { addAll } from '../../../../../kit/lists.ts';
import {
  MAX_ATTRIBUTE_VALUES,
  MAX_ATTRIBUTES_AND_CAPACITIES,
  MAX_DRIVER_NAME,
  MAX_IDENTIFIER,
} from '../../../../kinds/resource/v1/limits.ts';
import type { Device } from '../../../../kinds/resource/v1/resource-slice.ts';
import { complaints, type FieldError, invalid } from '../../../field.ts';
import { isDNS1123Label } from '../../../names.ts';
import { semanticEqual } from '../../../semantic.ts';
import { bindingErrors } from '../binding-conditions.ts';
import { listErrors, mapErrors } from '../lists.ts';
import { qualifiedErrors } from '../names.ts';
import { taintErrors } from '../taints.ts';
import { attributeErrors, countValues } from './attributes.ts';
import { capacityErrors } from './capacities.ts';
import { consumptionsErrors } from './counters.ts';
import { deviceNodesErrors } from './node-access.ts';
import { nodeResourcesErrors } from './node-resources.ts';

const MAX_TAINTS = 16;
const QUALIFIED = { shown: MAX_DRIVER_NAME + '/'.length + MAX_IDENTIFIER, key: qualifiedErrors };

/** Taints that the device had already are not looked at again. */
export function deviceErrors(
  path: string,
  device: Device,
  old: Device | undefined,
  choosesNodes: boolean,
): FieldError[] {
  const { name = '', attributes = {}, capacity = {}, taints, consumesCounters } = device;
  const errors = complaints(`${path}.name`, name, isDNS1123Label(name));
  const isShared = device.allowMultipleAllocations === true;
  addAll(
    errors,
    countErrors(path, device),
    mapErrors(`${path}.attributes`, attributes, { ...QUALIFIED, value: attributeErrors }),
    mapErrors(`${path}.capacity`, capacity, { ...QUALIFIED, value: capacityErrors(isShared) }),
  );
  if (!old || !semanticEqual(old.taints, taints))
    addAll(
      errors,
      listErrors(`${path}.taints`, taints, MAX_TAINTS, (at, taint) => taintErrors(at, taint)),
    );
  addAll(
    errors,
    consumptionsErrors(`${path}.consumesCounters`, consumesCounters),
    deviceNodesErrors(path, device, choosesNodes),
    bindingErrors(path, device),
    nodeResourcesErrors(`${path}.nodeAllocatableResourceMappings`, device),
  );
  return errors;
}

function countErrors(path: string, { attributes = {}, capacity = {} }: Device): FieldError[] {
  const errors: FieldError[] = [];
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > MAX_ATTRIBUTES_AND_CAPACITIES) {
    const why = `the total number of attributes and capacities must not exceed ${MAX_ATTRIBUTES_AND_CAPACITIES}`;
    errors.push(invalid(path, count, why));
  }
  const values = countValues(attributes);
  if (values > MAX_ATTRIBUTE_VALUES) {
    const why = `the total number of attribute values must not exceed ${MAX_ATTRIBUTE_VALUES}`;
    errors.push(invalid(path, values, why));
  }
  return errors;
}
