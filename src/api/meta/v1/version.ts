// The versions that Tiphys reports. The API level is that of this Kubernetes release.

export const TIPHYS_VERSION = '0.1.0';
export const KUBERNETES_VERSION = 'v1.36.2';
