import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, struct } from '../../../schema/notation.ts';
import { ResourceClaimTemplate as V1ResourceClaimTemplate } from '../v1/resource-claim-template.ts';
import { ResourceClaimSpec } from './device.ts';

export const ResourceClaimTemplateSpec = struct(
  'io.k8s.api.resource.v1beta1.ResourceClaimTemplateSpec',
  {
    metadata: ref(1, ObjectMeta, { doc: 'Labels and annotations of the claims.', emit: 'always' }),
    spec: required(ref(2, ResourceClaimSpec, { doc: 'Desired devices of the claims.', emit: 'always' })),
  },
  { doc: 'Template of ResourceClaims.' },
);

export const ResourceClaimTemplate = resource(
  'io.k8s.api.resource.v1beta1.ResourceClaimTemplate',
  {
    ...V1ResourceClaimTemplate.resource,
    ...{ version: 'v1beta1', like: V1ResourceClaimTemplate, hasOtherFields: true },
  },
  {
    spec: required(ref(2, ResourceClaimTemplateSpec, { emit: 'always' })),
  },
);
export interface ResourceClaimTemplate extends Of<typeof ResourceClaimTemplate> {}
