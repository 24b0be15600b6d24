// The objects that a node has one of, or that name their node: Lease, CSINode, ResourceSlice. Other requests for them are
// checked by the node authorizer, which knows the name but not the object. Called by node-restriction.ts.
import type { ResourceSlice } from '../../../api/kinds/resource/v1/resource-slice.ts';
import { isWhole } from '../../registry/admission.ts';
import { deny } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

const LEASES = 'kube-node-lease';

export const checkLease: NodeRule = (attributes, node) => {
  if (attributes.namespace !== LEASES)
    throw deny(attributes, `can only access leases in the "${LEASES}" system namespace`);
  if (attributes.name !== node)
    throw deny(attributes, 'can only access node lease with the same name as the requesting node');
};

export const checkCsiNode: NodeRule = (attributes, node) => {
  if (attributes.name !== node)
    throw deny(attributes, 'can only access CSINode with the same name as the requesting node');
};

/** Deletion is checked here too: the authorizer does not see the single objects of a deletecollection. */
export const checkSlice: NodeRule = (attributes, node) => {
  const { operation } = attributes;
  if (operation === 'UPDATE' || !isWhole(attributes)) return;
  const slice = (attributes.object ?? attributes.old) as ResourceSlice | undefined;
  if (slice?.spec?.nodeName === node) return;
  const verb = operation === 'CREATE' ? 'create' : 'delete';
  throw deny(attributes, `can only ${verb} ResourceSlice with the same NodeName as the requesting node`);
};
