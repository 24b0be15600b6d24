// What a node may write of its own Node object: no other node's, no taints, no owners, and no label by which workloads are
// kept off nodes or drawn to them. Called by node-restriction.ts. Upstream's labels: k8s.io/kubelet/pkg/apis/well_known_labels.go.
import type { Node } from '../../../api/kinds/core/v1/node.ts';
import { mayKubeletSet } from '../../../api/nodes/kubelet-labels.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import { isWhole } from '../../registry/admission.ts';
import { deny } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

export const checkNode: NodeRule = (attributes, node) => {
  const { operation, name } = attributes;
  if (name !== node) throw deny(attributes, `node "${node}" is not allowed to modify node "${name}"`);
  if (operation === 'DELETE' || !isWhole(attributes)) return;
  const [wanted, old] = [attributes.object as Node, attributes.old as Node | undefined];
  const source = wanted.spec?.configSource;
  const labels = forbidden(wanted.metadata.labels, old?.metadata.labels);
  if (!old) {
    if (source)
      throw deny(attributes, `node "${node}" is not allowed to create pods with a non-nil configSource`);
    if (labels)
      throw deny(attributes, `node "${node}" is not allowed to set the following labels: ${labels}`);
    return;
  }
  if (source && !semanticEqual(source, old.spec?.configSource))
    throw deny(
      attributes,
      `node "${node}" is not allowed to update configSource to a new non-nil configSource`,
    );
  if (!semanticEqual(wanted.spec?.taints, old.spec?.taints))
    throw deny(attributes, `node "${node}" is not allowed to modify taints`);
  // With an owner that does not exist, the garbage collector would delete the Node (CVE-2025-5187).
  if (!semanticEqual(wanted.metadata.ownerReferences, old.metadata.ownerReferences))
    throw deny(attributes, `node "${node}" is not allowed to modify ownerReferences`);
  if (labels) throw deny(attributes, `is not allowed to modify labels: ${labels}`);
};

type Labels = Readonly<Record<string, string>>;

/** The changed labels that a node may not change, sorted; empty if there are none. */
function forbidden(wanted: Labels = {}, old: Labels = {}): string {
  const keys = new Set([...Object.keys(wanted), ...Object.keys(old)]);
  return [...keys]
    .filter((key) => wanted[key] !== old[key] && !mayKubeletSet(key))
    .sort()
    .join(', ');
}
