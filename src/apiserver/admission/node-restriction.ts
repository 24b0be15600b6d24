// A kubelet may write only its own Node and the pods bound to it, and may not change its taints or reserved labels.
// Completes the node authorizer, which cannot see the objects. Upstream: plugin/pkg/admission/noderestriction.
import { Node } from '../../api/kinds/core/v1/node.ts';
import { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nodeNameOf } from '../authz/node-authorizer.ts';
import { type AdmissionAttributes, concerns } from '../registry/admission.ts';
import { deny, type Plugin } from './plugin.ts';

const MIRROR = 'kubernetes.io/config.mirror';
/** Labels under this domain are for administrators: pods are kept off nodes by them. */
const RESERVED = 'node-restriction.kubernetes.io';

export const nodeRestriction: Plugin = {
  name: 'NodeRestriction',
  admit(attributes) {
    const node = nodeNameOf(attributes.user);
    if (node === undefined) return;
    if (concerns(attributes, Pod)) checkPod(attributes, node);
    else if (concerns(attributes, Pod, 'status')) checkPodStatus(attributes, node);
    else if (concerns(attributes, Node) || concerns(attributes, Node, 'status')) checkNode(attributes, node);
  },
};

function checkPod(attributes: AdmissionAttributes<Pod>, node: string): void {
  const { operation } = attributes;
  const { spec, metadata } = (operation === 'DELETE' ? attributes.old : attributes.object)!;
  if (operation === 'UPDATE')
    throw deny(
      attributes,
      `unexpected operation "UPDATE", node "${node}" can only create and delete mirror pods`,
    );
  if (spec?.nodeName !== node)
    throw deny(
      attributes,
      operation === 'CREATE'
        ? `node "${node}" can only create pods with spec.nodeName set to itself`
        : `node "${node}" can only delete pods with spec.nodeName set to itself`,
    );
  if (operation === 'CREATE' && metadata.annotations?.[MIRROR] === undefined)
    throw deny(
      attributes,
      `pod does not have "${MIRROR}" annotation, node "${node}" can only create mirror pods`,
    );
}

function checkPodStatus(attributes: AdmissionAttributes<Pod>, node: string): void {
  const { spec, metadata } = (attributes.old ?? attributes.object)!;
  if (spec?.nodeName !== node)
    throw deny(
      attributes,
      `node "${node}" can only update pod status for pods with spec.nodeName set to itself`,
    );
  const labels = attributes.object?.metadata.labels ?? {};
  const before = metadata.labels ?? {};
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(before)])].some(
    (k) => labels[k] !== before[k],
  );
  if (changed) throw deny(attributes, `node "${node}" cannot update labels through pod status`);
}

function checkNode(attributes: AdmissionAttributes<Node>, node: string): void {
  const { operation, name } = attributes;
  if (name !== node) throw deny(attributes, `node "${node}" is not allowed to modify node "${name}"`);
  if (operation === 'DELETE') return;
  const labels = attributes.object?.metadata.labels ?? {};
  const before = attributes.old?.metadata.labels ?? {};
  const touched = [...new Set([...Object.keys(labels), ...Object.keys(before)])].filter(
    (key) => labels[key] !== before[key] && isReserved(key),
  );
  if (touched.length > 0)
    throw deny(attributes, `is not allowed to modify labels: ${touched.sort().join(', ')}`);
  if (operation === 'CREATE') return;
  const taints = (object: Node | undefined) => JSON.stringify(object?.spec?.taints ?? []);
  if (taints(attributes.object) !== taints(attributes.old))
    throw deny(attributes, `node "${node}" is not allowed to modify taints`);
}

function isReserved(label: string): boolean {
  const domain = label.split('/')[0]!;
  return label.includes('/') && (domain === RESERVED || domain.endsWith(`.${RESERVED}`));
}
