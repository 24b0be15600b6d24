// Kinds of resource names. Follows k8s.io/kubernetes pkg/apis/core/v1/helper.

/** Native resources, such as cpu and hugepages-2Mi, are Kubernetes' own; all others are extended resources. */
export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');

/** Before the name of a DeviceClass: every class backs a resource of that name. */
export const DEVICE_CLASS_PREFIX = 'deviceclass.resource.kubernetes.io/';

/** Extended resources, and those that are named after a DeviceClass. */
export const mayBeBackedByClass = (name: string): boolean =>
  !isNativeResource(name) || name.startsWith(DEVICE_CLASS_PREFIX);
