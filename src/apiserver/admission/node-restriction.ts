// What a kubelet writes is about its own node and the pods bound to it.
import type { Node } from '../../api/kinds/core/v1/node.ts';
import type { Pod } from '../../api/kinds/core/v1/pod.ts';
import { nodeNameOf } from '../authz/node-authorizer.ts';
import type { Attributes } from '../registry/admission.ts';
import { deny, objectAs, type Plugin, type PluginOptions, resourceOf } from './plugin.ts';

const MIRROR = 'kubernetes.io/config.mirror';
const RESERVED = 'node-restriction.kubernetes.io';

export function nodeRestriction(_options: PluginOptions): Plugin {
  return {
    name: 'NodeRestriction',
    admit(attributes) {
      const node = nodeNameOf(attributes.context.user);
      if (node === undefined) return;
      switch (resourceOf(attributes)) {
        case 'pods':
          return pod(attributes, node);
        case 'pods/status':
          return podStatus(attributes, node);
        case 'nodes':
        case 'nodes/status':
          return ownNode(attributes, node);
      }
    },
  };
}

function pod(attributes: Attributes, node: string): void {
  const { operation } = attributes;
  const { spec, metadata } = objectAs<Pod>(operation === 'DELETE' ? attributes.old : attributes.object);
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

function podStatus(attributes: Attributes, node: string): void {
  const { spec, metadata } = objectAs<Pod>(attributes.old ?? attributes.object);
  if (spec?.nodeName !== node)
    throw deny(
      attributes,
      `node "${node}" can only update pod status for pods with spec.nodeName set to itself`,
    );
  const labels = objectAs<Pod>(attributes.object).metadata.labels ?? {};
  const before = metadata.labels ?? {};
  const changed = [...new Set([...Object.keys(labels), ...Object.keys(before)])].some(
    (k) => labels[k] !== before[k],
  );
  if (changed) throw deny(attributes, `node "${node}" cannot update labels through pod status`);
}

function ownNode(attributes: Attributes, node: string): void {
  const { operation, name } = attributes;
  if (name !== node) throw deny(attributes, `node "${node}" is not allowed to modify node "${name}"`);
  if (operation === 'DELETE') return;
  const labels = objectAs<Node>(attributes.object).metadata.labels ?? {};
  const before = attributes.old?.metadata.labels ?? {};
  const touched = [...new Set([...Object.keys(labels), ...Object.keys(before)])].filter(
    (key) => labels[key] !== before[key] && isReserved(key),
  );
  if (touched.length > 0)
    throw deny(attributes, `is not allowed to modify labels: ${touched.sort().join(', ')}`);
  if (operation === 'CREATE') return;
  const taints = (object: Node) => JSON.stringify(object.spec?.taints ?? []);
  if (taints(objectAs<Node>(attributes.object)) !== taints(objectAs<Node>(attributes.old)))
    throw deny(attributes, `node "${node}" is not allowed to modify taints`);
}

function isReserved(label: string): boolean {
  const domain = label.split('/')[0]!;
  return label.includes('/') && (domain === RESERVED || domain.endsWith(`.${RESERVED}`));
}
