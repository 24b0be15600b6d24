import { resource } from '../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, time } from '../../schema/notation.ts';

export const ExemptPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration',
  {
    lendablePercent: int32(2, { assumed: 0, emit: 'if-set' }),
    nominalConcurrencyShares: int32(1, { assumed: 0, emit: 'if-set' }),
  },
);
export interface ExemptPriorityLevelConfiguration extends Of<typeof ExemptPriorityLevelConfiguration> {}

export const QueuingConfiguration = struct('io.k8s.api.flowcontrol.v1.QueuingConfiguration', {
  handSize: int32(2, { assumed: 8, emit: 'always' }),
  queueLengthLimit: int32(3, { assumed: 50, emit: 'always' }),
  queues: int32(1, { assumed: 64, emit: 'always' }),
});
export interface QueuingConfiguration extends Of<typeof QueuingConfiguration> {}

export const LimitResponse = struct('io.k8s.api.flowcontrol.v1.LimitResponse', {
  queuing: ref(2, QueuingConfiguration, { emit: 'if-set' }),
  type: required(string(1, { emit: 'always' })),
});
export interface LimitResponse extends Of<typeof LimitResponse> {}

export const LimitedPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration',
  {
    borrowingLimitPercent: int32(4, { emit: 'if-set' }),
    lendablePercent: int32(3, { assumed: 0, emit: 'if-set' }),
    limitResponse: ref(2, LimitResponse, { emit: 'always' }),
    nominalConcurrencyShares: int32(1, { assumed: 30, emit: 'if-set' }),
  },
);
export interface LimitedPriorityLevelConfiguration extends Of<typeof LimitedPriorityLevelConfiguration> {}

export const PriorityLevelConfigurationCondition = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition',
  {
    lastTransitionTime: time(3, { doc: 'When the status last changed.', emit: 'always' }),
    message: string(5, { doc: 'Why, for people.' }),
    reason: string(4, { doc: 'Why, in one word.' }),
    status: string(2, { doc: 'True, False or Unknown.' }),
    type: string(1, { doc: 'Which aspect.' }),
  },
);
export interface PriorityLevelConfigurationCondition extends Of<typeof PriorityLevelConfigurationCondition> {}

export const PriorityLevelConfigurationSpec = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec',
  {
    exempt: ref(3, ExemptPriorityLevelConfiguration, { emit: 'if-set' }),
    limited: ref(2, LimitedPriorityLevelConfiguration, { emit: 'if-set' }),
    type: required(string(1, { emit: 'always' })),
  },
);
export interface PriorityLevelConfigurationSpec extends Of<typeof PriorityLevelConfigurationSpec> {}

export const PriorityLevelConfigurationStatus = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus',
  {
    conditions: list(1, PriorityLevelConfigurationCondition, {
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
);
export interface PriorityLevelConfigurationStatus extends Of<typeof PriorityLevelConfigurationStatus> {}

export const PriorityLevelConfiguration = resource(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  {
    doc: 'How many requests are served at the same time.',
    group: 'flowcontrol.apiserver.k8s.io',
    version: 'v1',
    kind: 'PriorityLevelConfiguration',
    plural: 'prioritylevelconfigurations',
    singular: 'prioritylevelconfiguration',
    namespaced: false,
    storageVersionHash: 'Kir5PVfvNeI=',
    subresources: { status: { kind: 'PriorityLevelConfiguration', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, PriorityLevelConfigurationSpec, { emit: 'always' }),
    status: ref(3, PriorityLevelConfigurationStatus, { emit: 'always' }),
  },
);
export interface PriorityLevelConfiguration extends Of<typeof PriorityLevelConfiguration> {}
