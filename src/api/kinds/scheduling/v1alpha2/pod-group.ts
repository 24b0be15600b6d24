import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { groupFields, PodGroupSchedulingConstraints } from './pod-group-template.ts';

export const WorkloadPodGroupTemplateReference = struct(
  'io.k8s.api.scheduling.v1alpha2.WorkloadPodGroupTemplateReference',
  {
    podGroupTemplateName: required(
      string(2, { doc: 'Name of the template in the workload.', emit: 'always' }),
    ),
    workloadName: required(string(1, { doc: 'Name of the Workload.', emit: 'always' })),
  },
  { doc: 'Template of a Workload.' },
);

export const PodGroupTemplateReference = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupTemplateReference',
  {
    workload: ref(1, WorkloadPodGroupTemplateReference, { doc: 'Template of a Workload.', emit: 'if-set' }),
  },
  { doc: 'Template that a pod group was made from. Exactly one member must be set.' },
);

export const PodGroupSpec = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupSpec',
  {
    ...groupFields,
    podGroupTemplateRef: ref(1, PodGroupTemplateReference, {
      doc: 'Template that the group was made from.',
      emit: 'if-set',
    }),
    schedulingConstraints: ref(3, PodGroupSchedulingConstraints, {
      doc: 'Constraints on where the pods run.',
      emit: 'if-set',
    }),
  },
  { doc: 'Pods that are scheduled together. Nothing of it can be changed.' },
);
export interface PodGroupSpec extends Of<typeof PodGroupSpec> {}

export const PodGroupResourceClaimStatus = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupResourceClaimStatus',
  {
    name: required(string(1, { doc: 'Name of the claim in the spec.', emit: 'always' })),
    resourceClaimName: string(2, {
      doc: 'Name of the ResourceClaim that was created for the group.',
      emit: 'if-set',
    }),
  },
  { doc: 'ResourceClaim that was created for a claim of the group.' },
);

export const PodGroupStatus = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupStatus',
  {
    conditions: list(1, Condition, {
      doc: 'Latest observations, such as PodGroupScheduled.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
    resourceClaimStatuses: list(2, PodGroupResourceClaimStatus, {
      doc: 'ResourceClaims that were created for the group.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
      retainKeys: true,
    }),
  },
  { doc: 'State of the pod group.' },
);

export const PodGroup = resource(
  'io.k8s.api.scheduling.v1alpha2.PodGroup',
  {
    doc: 'Group of pods that are scheduled by one policy. Pods name it in spec.schedulingGroup.',
    group: 'scheduling.k8s.io',
    version: 'v1alpha2',
    kind: 'PodGroup',
    plural: 'podgroups',
    singular: 'podgroup',
    namespaced: true,
    storageVersionHash: 'YYgX3v5V204=',
    subresources: { status: { kind: 'PodGroup', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: required(ref(2, PodGroupSpec, { emit: 'always' })),
    status: ref(3, PodGroupStatus, { emit: 'always' }),
  },
);
export interface PodGroup extends Of<typeof PodGroup> {}
