// Validates names of resources, in pods, quotas and limit ranges.
// Messages follow validateResourceName and validateContainerResourceName in k8s.io/kubernetes pkg/apis/core/validation.
import { isNativeResource } from '../../../pods/resource-names.ts';
import { complaints, type FieldError, invalid } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';

/** Quotas count it by a name with the prefix. */
export const isExtendedResourceName = (name: string): boolean =>
  !isNativeResource(name) &&
  !name.startsWith('requests.') &&
  isQualifiedName(`requests.${name}`).length === 0;

const standard =
  /^(cpu|memory|storage|ephemeral-storage|pods|services|replicationcontrollers|resourcequotas|secrets|configmaps|persistentvolumeclaims|services\.nodeports|services\.loadbalancers|requests\.(cpu|memory|storage|ephemeral-storage)|limits\.(cpu|memory|ephemeral-storage)|(requests\.)?hugepages-.*)$/;

/** The names that quotas know. A claim's storage is counted as requests.storage. */
export const isStandardForQuota = (name: string): boolean => name !== 'storage' && standard.test(name);

export function resourceNameErrors(name: string, path: string): FieldError[] {
  const errors = complaints(path, name, isQualifiedName(name));
  if (errors.length > 0 || name.includes('/') || standard.test(name)) return errors;
  return [invalid(path, name, 'must be a standard resource type or fully qualified')];
}

const standardForContainers = /^(cpu|memory|ephemeral-storage|hugepages-.*)$/;

export function containerResourceNameErrors(name: string, path: string): FieldError[] {
  const errors = resourceNameErrors(name, path);
  if (!name.includes('/')) {
    if (!standardForContainers.test(name))
      errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNativeResource(name) && !isExtendedResourceName(name))
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  return errors;
}
