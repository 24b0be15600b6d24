// Validates amounts of resources, in pods, nodes, quotas and claims.
// Messages follow ValidateResourceQuantityValue in k8s.io/kubernetes pkg/apis/core/validation.
import { isWhole, parseQuantity, signOf, wholeValue } from '../../../quantity/quantity.ts';
import { type FieldError, invalid } from '../../field.ts';
import { isExtendedResourceName } from './resource-names.ts';

/** Resources that are counted, as extended resources are. */
const counted = new Set([
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
]);

export function nonNegativeAmount(text: string, path: string): FieldError[] {
  return signOf(parseQuantity(text)) < 0 ? [invalid(path, text, 'must be greater than or equal to 0')] : [];
}

export function amountErrors(name: string, text: string, path: string): FieldError[] {
  const isCount = counted.has(name) || isExtendedResourceName(name);
  return [
    ...nonNegativeAmount(text, path),
    ...(isCount && !isWhole(parseQuantity(text)) ? [invalid(path, text, 'must be an integer')] : []),
  ];
}

/** Whole numbers are shown: a fraction is rounded up. */
export function validAmount(text: string, path: string): FieldError[] {
  const value = wholeValue(text);
  return value < 0 ? [invalid(path, value, 'must be a valid resource quantity')] : [];
}
