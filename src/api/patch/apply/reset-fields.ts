// The fields that a request may not come to own because its endpoint does not write them: status on the main resource;
// spec, and most metadata, on the status subresource.

import { Deployment } from '../../kinds/apps/v1/deployment.ts';
import { Pod } from '../../kinds/core/v1/pod.ts';
import { ResourceClaim } from '../../kinds/resource/v1/resource-claim.ts';
import { type AnyResource, ruledAs } from '../../meta/v1/resource.ts';
import { decisionsOf } from '../../scheme/own-decisions.ts';
import { emptySet, type FieldTree, leaf } from './field-tree.ts';

const status: FieldTree = { 'f:status': leaf };
const spec: FieldTree = { 'f:spec': leaf };
const specAndMetadata: FieldTree = { 'f:spec': leaf, 'f:metadata': leaf };

/** What the status subresource leaves alone, where it is more than the spec. */
const onStatus: ReadonlyMap<AnyResource, FieldTree> = new Map<AnyResource, FieldTree>([
  [Pod, { ...spec, 'f:metadata': { 'f:deletionTimestamp': leaf, 'f:ownerReferences': leaf } }],
  [Deployment, { ...spec, 'f:metadata': { 'f:labels': leaf } }],
  [ResourceClaim, specAndMetadata],
]);

export function resetFields(kind: AnyResource, subresource: string): FieldTree {
  if (subresource === '') return kind.resource.subresources?.status ? status : emptySet;
  if (subresource !== 'status') return emptySet;
  const keepsMetadata = !kind.name.startsWith('io.k8s.') || decisionsOf(kind)?.statusKeepsMetadata;
  return onStatus.get(ruledAs(kind)) ?? (keepsMetadata ? specAndMetadata : spec);
}
