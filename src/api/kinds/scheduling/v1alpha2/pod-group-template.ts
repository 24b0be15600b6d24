// What pod groups and the templates for them in workloads have in common.
import { int32, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';

export const BasicSchedulingPolicy = struct(
  'io.k8s.api.scheduling.v1alpha2.BasicSchedulingPolicy',
  {},
  { doc: 'Schedules each pod on its own.' },
);

export const GangSchedulingPolicy = struct(
  'io.k8s.api.scheduling.v1alpha2.GangSchedulingPolicy',
  {
    minCount: required(
      int32(1, {
        doc: 'Number of pods that must be schedulable at the same time, at least 1.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Schedules all pods together, or none.' },
);

export const PodGroupSchedulingPolicy = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupSchedulingPolicy',
  {
    basic: ref(1, BasicSchedulingPolicy, { doc: 'Schedules each pod on its own.', emit: 'if-set' }),
    gang: ref(2, GangSchedulingPolicy, { doc: 'Schedules all pods together, or none.', emit: 'if-set' }),
  },
  { doc: 'How the pods of a group are scheduled. Exactly one member must be set.' },
);
export interface PodGroupSchedulingPolicy extends Of<typeof PodGroupSchedulingPolicy> {}

export const TopologyConstraint = struct(
  'io.k8s.api.scheduling.v1alpha2.TopologyConstraint',
  {
    key: required(
      string(1, { doc: 'Label of nodes whose value must be the same for all pods.', emit: 'always' }),
    ),
  },
  { doc: 'Keeps all pods of a group in one topology domain.' },
);

export const PodGroupSchedulingConstraints = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupSchedulingConstraints',
  {
    topology: list(1, TopologyConstraint, {
      doc: 'Topology domains that all pods must share. At most one.',
      listType: 'atomic',
    }),
  },
  { doc: 'Constraints on where the pods of a group run.' },
);

export const PodGroupResourceClaim = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupResourceClaim',
  {
    name: required(string(1, { doc: 'Name of the claim, unique within the group.', emit: 'always' })),
    resourceClaimName: string(2, {
      doc: 'Name of a ResourceClaim that exists. Mutually exclusive with resourceClaimTemplateName.',
      emit: 'if-set',
    }),
    resourceClaimTemplateName: string(3, {
      doc: 'Name of the ResourceClaimTemplate from which a claim is created for the group.',
      emit: 'if-set',
    }),
  },
  { doc: 'Claim for devices that the pods of a group share.' },
);
export interface PodGroupResourceClaim extends Of<typeof PodGroupResourceClaim> {}

/** The fields that a template and a group have with the same numbers. */
export const groupFields = {
  disruptionMode: string(5, {
    doc: 'Whether single pods can be disrupted (Pod), or only all pods of the group together (PodGroup).',
    enum: ['Pod', 'PodGroup'],
    emit: 'if-set',
  }),
  priority: int32(7, { doc: 'Priority of the group. Higher values are more important.', emit: 'if-set' }),
  priorityClassName: string(6, { doc: 'Name of the PriorityClass that determines the priority.' }),
  resourceClaims: list(4, PodGroupResourceClaim, {
    doc: 'Claims for devices that the pods share. At most 4.',
    listType: 'map',
    keys: ['name'],
    merge: 'name',
    retainKeys: true,
  }),
  schedulingPolicy: required(
    ref(2, PodGroupSchedulingPolicy, { doc: 'How the pods are scheduled.', emit: 'always' }),
  ),
};

export const PodGroupTemplate = struct(
  'io.k8s.api.scheduling.v1alpha2.PodGroupTemplate',
  {
    ...groupFields,
    name: required(string(1, { doc: 'Name of the template, unique within the workload.', emit: 'always' })),
    schedulingConstraints: ref(3, PodGroupSchedulingConstraints, {
      doc: 'Constraints on where the pods run.',
      emit: 'if-set',
    }),
  },
  { doc: 'Template for pod groups.' },
);
export interface PodGroupTemplate extends Of<typeof PodGroupTemplate> {}
