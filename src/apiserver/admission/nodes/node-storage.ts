// What a node may write of a claim: how far the volume has been expanded, in the status. Called by node-restriction.ts.
import { PersistentVolumeClaim } from '../../../api/kinds/core/v1/persistent-volume-claim.ts';
import { semanticEqual } from '../../../api/validation/semantic.ts';
import { concerns } from '../../registry/admission.ts';
import { deny } from '../plugin.ts';
import type { NodeRule } from './node-rule.ts';

export const checkClaim: NodeRule = (attributes, node) => {
  if (!concerns(attributes, PersistentVolumeClaim, 'status'))
    throw deny(attributes, 'may only update PVC status');
  if (!semanticEqual(fixed(attributes.object), fixed(attributes.old)))
    throw deny(
      attributes,
      `node "${node}" is not allowed to update fields other than status.quantity and status.conditions`,
    );
};

/** The claim without what the node may change, and without what every write changes. */
function fixed(claim: PersistentVolumeClaim | undefined): unknown {
  if (!claim) return undefined;
  const { resourceVersion, managedFields, ...metadata } = claim.metadata;
  const { capacity, conditions, allocatedResourceStatuses, allocatedResources, ...status } =
    claim.status ?? {};
  return { ...claim, metadata, status };
}
