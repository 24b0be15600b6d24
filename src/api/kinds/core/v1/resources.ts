import {
  amount,
  list,
  map,
  type Of,
  ref,
  required,
  string,
  struct,
  whole32,
} from '../../../schema/notation.ts';

export const ContainerResizePolicy = struct(
  'io.k8s.api.core.v1.ContainerResizePolicy',
  {
    resourceName: required(string(1, { doc: 'The resource: cpu or memory.', emit: 'always' })),
    restartPolicy: required(string(2, { doc: 'NotRequired or RestartContainer.', emit: 'always' })),
  },
  { doc: 'What happens to the container when a resource is resized.' },
);
export interface ContainerResizePolicy extends Of<typeof ContainerResizePolicy> {}

export const ContainerRestartRuleOnExitCodes = struct(
  'io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes',
  {
    operator: required(string(1, { doc: 'In, or NotIn for all codes but these.' })),
    values: list(2, whole32, { doc: 'The exit codes, at most 255 of them.', listType: 'set' }),
  },
  { doc: 'Exit codes that a restart rule is about.' },
);
export interface ContainerRestartRuleOnExitCodes extends Of<typeof ContainerRestartRuleOnExitCodes> {}

export const ContainerRestartRule = struct(
  'io.k8s.api.core.v1.ContainerRestartRule',
  {
    action: required(string(1, { doc: 'Restart, or RestartAllContainers for the whole pod.' })),
    exitCodes: ref(2, ContainerRestartRuleOnExitCodes, {
      doc: 'The exit codes that this rule is about.',
      emit: 'if-set',
    }),
  },
  { doc: 'What to do when the container ends in a certain way.' },
);
export interface ContainerRestartRule extends Of<typeof ContainerRestartRule> {}

export const ResourceClaim = struct(
  'io.k8s.api.core.v1.ResourceClaim',
  {
    name: required(string(1, { doc: "The entry in the pod's resourceClaims.", emit: 'always' })),
    request: string(2, { doc: 'One request of the claim; all of it when absent.' }),
  },
  { doc: 'A claim of the pod that a container uses.' },
);
export interface ResourceClaim extends Of<typeof ResourceClaim> {}

export const ResourceRequirements = struct(
  'io.k8s.api.core.v1.ResourceRequirements',
  {
    claims: list(3, ResourceClaim, {
      doc: 'Claims of devices that the container uses.',
      listType: 'map',
      keys: ['name'],
    }),
    limits: map(1, amount, { doc: 'The most that may be used.' }),
    requests: map(2, amount, { doc: 'What is set aside; the limits, if left out.' }),
  },
  { doc: 'What is needed and what is allowed.' },
);
export interface ResourceRequirements extends Of<typeof ResourceRequirements> {}

export const VolumeResourceRequirements = struct(
  'io.k8s.api.core.v1.VolumeResourceRequirements',
  {
    limits: map(1, amount, { doc: 'At most this much of each resource.' }),
    requests: map(2, amount, { doc: 'At least this much of each resource.' }),
  },
  { doc: 'How large a volume must and may be.' },
);
export interface VolumeResourceRequirements extends Of<typeof VolumeResourceRequirements> {}
