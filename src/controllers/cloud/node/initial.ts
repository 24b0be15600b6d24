// What a node becomes when the provider knows it: spec.providerID, labels, and without the taint that kept pods away. Pure.
// Upstream: getNodeModifiersFromCloudProvider and reconcileNodeLabels (controllers/node/node_controller.go).
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { labelsOf } from '../../../api/meta/v1/object.ts';
import { own } from '../../../kit/own.ts';
import type { InstanceMetadata } from '../provider.ts';

export const UNINITIALIZED = 'node.cloudprovider.kubernetes.io/uninitialized';

/** The older label of each, which counts when both are there, and the present one. */
const LABELS = {
  zone: ['failure-domain.beta.kubernetes.io/zone', 'topology.kubernetes.io/zone'],
  region: ['failure-domain.beta.kubernetes.io/region', 'topology.kubernetes.io/region'],
  instanceType: ['beta.kubernetes.io/instance-type', 'node.kubernetes.io/instance-type'],
} as const;

export const isUninitialized = ({ spec }: Readonly<Node>): boolean =>
  (spec?.taints ?? []).some(({ key }) => key === UNINITIALIZED);

export function initialized(node: Readonly<Node>, metadata: InstanceMetadata): Node {
  const labels = { ...labelsOf(node) };
  for (const [what, names] of Object.entries(LABELS)) {
    const value = metadata[what as keyof typeof LABELS];
    if (value) for (const name of names) labels[name] = value;
  }
  for (const [name, value] of Object.entries(metadata.labels ?? {}))
    if (!isOfKubernetes(name) && own(labels, name) === undefined) labels[name] = value;
  const providerID = node.spec?.providerID || metadata.providerID;
  return {
    ...node,
    metadata: { ...node.metadata, ...(Object.keys(labels).length > 0 && { labels }) },
    spec: {
      ...node.spec,
      ...(providerID && { providerID }),
      taints: (node.spec?.taints ?? []).filter(({ key }) => key !== UNINITIALIZED),
    },
  };
}

/** Namespaces of Kubernetes, in which a provider has no labels of its own. */
const isOfKubernetes = (name: string): boolean => /(^|\.)(kubernetes|k8s)\.io\//.test(name);

/** Labels to set so that the present ones say what the older ones say; undefined when they do. */
export function labelsToMend(node: Readonly<Node>): Record<string, string> | undefined {
  const labels = labelsOf(node);
  const wrong = Object.values(LABELS).filter(
    ([older, present]) => labels[older] !== undefined && labels[older] !== labels[present],
  );
  if (wrong.length === 0) return undefined;
  return Object.fromEntries(wrong.map(([older, present]) => [present, labels[older]!]));
}
