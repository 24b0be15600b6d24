// Kinds of resource names. Follows k8s.io/kubernetes pkg/apis/core/v1/helper.

/** Native resources, such as cpu and hugepages-2Mi, are Kubernetes' own; all others are extended resources. */
export const isNativeResource = (name: string): boolean =>
  !name.includes('/') || name.includes('kubernetes.io/');
