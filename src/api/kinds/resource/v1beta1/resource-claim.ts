import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required } from '../../../schema/notation.ts';
import { ResourceClaimStatus, ResourceClaim as V1ResourceClaim } from '../v1/resource-claim.ts';
import { ResourceClaimSpec } from './device.ts';

export const ResourceClaim = resource(
  'io.k8s.api.resource.v1beta1.ResourceClaim',
  { ...V1ResourceClaim.resource, version: 'v1beta1', like: V1ResourceClaim, hasOtherFields: true },
  {
    spec: required(ref(2, ResourceClaimSpec, { emit: 'always' })),
    status: ref(3, ResourceClaimStatus, { emit: 'always' }),
  },
);
export interface ResourceClaim extends Of<typeof ResourceClaim> {}
