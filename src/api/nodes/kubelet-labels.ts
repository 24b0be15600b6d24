// Which labels a node may give itself; others are an administrator's, because pods are kept off nodes or drawn to them. Upstream's labels:
// k8s.io/kubelet/pkg/apis/well_known_labels.go. Used by admission, and where nodes are configured.

/** For administrators only: pods are kept off nodes by labels of this domain. */
const RESERVED = 'node-restriction.kubernetes.io';
const KUBERNETES = ['kubernetes.io', 'k8s.io'];

/** Of the labels of Kubernetes' own domains, these are for the kubelet to set. */
const KUBELET_DOMAINS = ['kubelet.kubernetes.io', 'node.kubernetes.io'];
const KUBELET_LABELS = new Set([
  'kubernetes.io/hostname',
  'topology.kubernetes.io/zone',
  'topology.kubernetes.io/region',
  'failure-domain.beta.kubernetes.io/zone',
  'failure-domain.beta.kubernetes.io/region',
  'beta.kubernetes.io/instance-type',
  'node.kubernetes.io/instance-type',
  'kubernetes.io/os',
  'kubernetes.io/arch',
  'beta.kubernetes.io/os',
  'beta.kubernetes.io/arch',
]);

/** Whether a node may give itself this label. */
export function mayKubeletSet(label: string): boolean {
  const slash = label.indexOf('/');
  const domain = slash < 0 ? '' : label.slice(0, slash);
  if (isIn(domain, [RESERVED])) return false;
  return !isIn(domain, KUBERNETES) || KUBELET_LABELS.has(label) || isIn(domain, KUBELET_DOMAINS);
}

const isIn = (domain: string, domains: readonly string[]): boolean =>
  domains.some((one) => domain === one || domain.endsWith(`.${one}`));
