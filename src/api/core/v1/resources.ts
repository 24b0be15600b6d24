import { amount, list, map, type Of, ref, required, string, struct, whole32 } from '../../schema/notation.ts';

export const ContainerResizePolicy = struct('io.k8s.api.core.v1.ContainerResizePolicy', {
  resourceName: required(string(1, { emit: 'always' })),
  restartPolicy: required(string(2, { emit: 'always' })),
});
export interface ContainerResizePolicy extends Of<typeof ContainerResizePolicy> {}

export const ContainerRestartRuleOnExitCodes = struct('io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes', {
  operator: required(string(1)),
  values: list(2, whole32, { listType: 'set' }),
});
export interface ContainerRestartRuleOnExitCodes extends Of<typeof ContainerRestartRuleOnExitCodes> {}

export const ContainerRestartRule = struct('io.k8s.api.core.v1.ContainerRestartRule', {
  action: required(string(1)),
  exitCodes: ref(2, ContainerRestartRuleOnExitCodes, { emit: 'if-set' }),
});
export interface ContainerRestartRule extends Of<typeof ContainerRestartRule> {}

export const ResourceClaim = struct('io.k8s.api.core.v1.ResourceClaim', {
  name: required(string(1, { emit: 'always' })),
  request: string(2),
});
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

export const VolumeResourceRequirements = struct('io.k8s.api.core.v1.VolumeResourceRequirements', {
  limits: map(1, amount),
  requests: map(2, amount),
});
export interface VolumeResourceRequirements extends Of<typeof VolumeResourceRequirements> {}
