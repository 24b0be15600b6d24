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
    resourceName: required(string(1, { doc: 'Name of the resource: cpu or memory.', emit: 'always' })),
    restartPolicy: required(
      string(2, {
        doc: 'Whether a resize restarts the container: NotRequired or RestartContainer.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'What happens to a container when one of its resources is resized.' },
);
export interface ContainerResizePolicy extends Of<typeof ContainerResizePolicy> {}

export const ContainerRestartRuleOnExitCodes = struct(
  'io.k8s.api.core.v1.ContainerRestartRuleOnExitCodes',
  {
    operator: required(
      string(1, { doc: 'How the exit code is compared: In, or NotIn for all other codes.' }),
    ),
    values: list(2, whole32, { doc: 'Exit codes to compare with, at most 255.', listType: 'set' }),
  },
  { doc: 'Requirement on the exit code of a container.' },
);
export interface ContainerRestartRuleOnExitCodes extends Of<typeof ContainerRestartRuleOnExitCodes> {}

export const ContainerRestartRule = struct(
  'io.k8s.api.core.v1.ContainerRestartRule',
  {
    action: required(
      string(1, { doc: 'Action to take: Restart, or RestartAllContainers to restart the whole pod.' }),
    ),
    exitCodes: ref(2, ContainerRestartRuleOnExitCodes, {
      doc: 'Exit codes that the rule applies to.',
      emit: 'if-set',
    }),
  },
  { doc: 'How the exit of a container is handled.' },
);
export interface ContainerRestartRule extends Of<typeof ContainerRestartRule> {}

export const ResourceClaim = struct(
  'io.k8s.api.core.v1.ResourceClaim',
  {
    name: required(string(1, { doc: 'Name of the entry in spec.resourceClaims.', emit: 'always' })),
    request: string(2, {
      doc: 'Name of a request in the claim. By default, all devices of the claim are used.',
    }),
  },
  { doc: 'Reference to an entry of spec.resourceClaims.' },
);
export interface ResourceClaim extends Of<typeof ResourceClaim> {}

export const ResourceRequirements = struct(
  'io.k8s.api.core.v1.ResourceRequirements',
  {
    claims: list(3, ResourceClaim, {
      doc: 'ResourceClaims of the pod that the container uses.',
      listType: 'map',
      keys: ['name'],
    }),
    limits: map(1, amount, { doc: 'Maximum amounts by resource.' }),
    requests: map(2, amount, {
      doc: 'Minimum amounts by resource. Defaults to the limits if those are specified.',
    }),
  },
  { doc: 'Compute resources that are required and allowed.' },
);
export interface ResourceRequirements extends Of<typeof ResourceRequirements> {}

export const VolumeResourceRequirements = struct(
  'io.k8s.api.core.v1.VolumeResourceRequirements',
  {
    limits: map(1, amount, { doc: 'Maximum amounts by resource.' }),
    requests: map(2, amount, { doc: 'Minimum amounts by resource.' }),
  },
  { doc: 'Minimum and maximum resources of a volume.' },
);
export interface VolumeResourceRequirements extends Of<typeof VolumeResourceRequirements> {}
