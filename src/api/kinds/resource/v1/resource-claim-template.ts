import { ObjectMeta } from '../../../meta/v1/object-meta.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, required, struct } from '../../../schema/notation.ts';
import { ResourceClaimSpec } from './device.ts';

export const ResourceClaimTemplateSpec = struct(
  'io.k8s.api.resource.v1.ResourceClaimTemplateSpec',
  {
    metadata: ref(1, ObjectMeta, { doc: 'Labels and annotations of the claims.', emit: 'always' }),
    spec: required(ref(2, ResourceClaimSpec, { doc: 'Desired devices of the claims.', emit: 'always' })),
  },
  { doc: 'Template of ResourceClaims.' },
);
export interface ResourceClaimTemplateSpec extends Of<typeof ResourceClaimTemplateSpec> {}

export const ResourceClaimTemplate = resource(
  'io.k8s.api.resource.v1.ResourceClaimTemplate',
  {
    doc: 'Template from which a ResourceClaim is created for each pod.',
    group: 'resource.k8s.io',
    version: 'v1',
    kind: 'ResourceClaimTemplate',
    plural: 'resourceclaimtemplates',
    singular: 'resourceclaimtemplate',
    namespaced: true,
    storageVersionHash: 'TuzjC49aUfM=',
  },
  {
    spec: required(ref(2, ResourceClaimTemplateSpec, { emit: 'always' })),
  },
);
export interface ResourceClaimTemplate extends Of<typeof ResourceClaimTemplate> {}
