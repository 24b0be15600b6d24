// The pods that a node may write: mirror pods, which it owns and which refer to no other object; status, evictions and
// deletions of pods bound to it. Called by node-restriction.ts.
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Eviction } from '../../../api/kinds/policy/v1/eviction.ts';
import { firstReference, isMirrorPod, MIRROR_ANNOTATION } from '../../../api/pods/references.ts';
import { notFound } from '../../../api/status/status-error.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import { type AdmissionAttributes, carries, concerns } from '../../registry/admission.ts';
import { deny, type PluginOptions } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

export function podRules({ resources }: PluginOptions): NodeRule {
  const pods = resources.stored(Pod).cache;
  const nodes = resources.stored(Node).cache;

  return (attributes, node) => {
    if (concerns(attributes, Pod)) checkPod(attributes, node);
    else if (concerns(attributes, Pod, 'status')) checkStatus(attributes, node);
    else if (carries(attributes, Pod, 'eviction', Eviction)) checkEviction(attributes, node);
    else
      throw deny(
        attributes,
        `unexpected pod subresource "${attributes.subresource}", only 'status' and 'eviction' are allowed`,
      );
  };

  function checkPod(attributes: AdmissionAttributes<Pod>, node: string): void {
    const { operation, object, old } = attributes;
    if (operation === 'CREATE') return checkMirror(attributes, object!, node);
    if (operation !== 'DELETE')
      throw deny(
        attributes,
        `unexpected operation "${operation}", node "${node}" can only create and delete mirror pods`,
      );
    if (old?.spec?.nodeName !== node)
      throw deny(attributes, `node "${node}" can only delete pods with spec.nodeName set to itself`);
  }

  function checkMirror(attributes: AdmissionAttributes<Pod>, pod: Pod, node: string): void {
    if (!isMirrorPod(pod))
      throw deny(
        attributes,
        `pod does not have "${MIRROR_ANNOTATION}" annotation, node "${node}" can only create mirror pods`,
      );
    if (pod.spec?.nodeName !== node)
      throw deny(attributes, `node "${node}" can only create pods with spec.nodeName set to itself`);
    checkOwner(attributes, pod, node);
    const referred = firstReference(pod.spec);
    if (referred) throw deny(attributes, `node "${node}" can not create pods that reference ${referred}`);
  }

  function checkOwner(attributes: AdmissionAttributes<Pod>, { metadata }: Pod, node: string): void {
    const [owner, ...more] = metadata.ownerReferences ?? [];
    if (more.length > 0)
      throw deny(
        attributes,
        `node "${node}" can only create pods with a single owner reference set to itself`,
      );
    if (owner?.apiVersion !== 'v1' || owner.kind !== 'Node' || owner.name !== node)
      throw deny(attributes, `node "${node}" can only create pods with an owner reference set to itself`);
    if (!owner.controller)
      throw deny(
        attributes,
        `node "${node}" can only create pods with a controller owner reference set to itself`,
      );
    if (owner.blockOwnerDeletion)
      throw deny(attributes, `node "${node}" must not set blockOwnerDeletion on an owner reference`);
    const known = nodes.get('', node)?.object.metadata.uid;
    if (known === undefined) throw notFound({ resource: 'nodes' }, node);
    if (owner.uid !== known)
      throw deny(attributes, `node ${node} UID mismatch: expected ${owner.uid} got ${known}`);
  }

  function checkEviction(attributes: AdmissionAttributes, node: string): void {
    const { namespace, name } = attributes;
    const pod = pods.get(namespace, name)?.object;
    if (!pod) throw notFound({ resource: 'pods' }, name);
    if (pod.spec?.nodeName !== node)
      throw deny(attributes, `node ${node} can only evict pods with spec.nodeName set to itself`);
  }
}

function checkStatus(attributes: AdmissionAttributes<Pod>, node: string): void {
  const { old, object } = attributes;
  if (old?.spec?.nodeName !== node)
    throw deny(
      attributes,
      `node "${node}" can only update pod status for pods with spec.nodeName set to itself`,
    );
  if (!semanticEqual(old.metadata.labels, object?.metadata.labels))
    throw deny(attributes, `node "${node}" cannot update labels through pod status`);
  const [before, after] = [old.status, object?.status];
  if (!semanticEqual(before?.resourceClaimStatuses, after?.resourceClaimStatuses))
    throw deny(attributes, `node "${node}" cannot update resource claim statues`);
  if (!semanticEqual(before?.extendedResourceClaimStatus, after?.extendedResourceClaimStatus))
    throw deny(attributes, `node "${node}" cannot update extended resource claim status`);
}
