import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';

export const ExemptPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration',
  {
    lendablePercent: int32(2, {
      doc: 'How much of its seats others may borrow, in percent; 0 when absent.',
      assumed: 0,
      emit: 'if-set',
    }),
    nominalConcurrencyShares: int32(1, {
      doc: "Its share of the server's seats; 0 when absent.",
      assumed: 0,
      emit: 'if-set',
    }),
  },
  { doc: 'Seats of a level whose requests never wait.' },
);
export interface ExemptPriorityLevelConfiguration extends Of<typeof ExemptPriorityLevelConfiguration> {}

export const QueuingConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration',
  {
    handSize: int32(2, {
      doc: 'How many queues a flow may be put into; 8 when absent.',
      assumed: 8,
      emit: 'always',
    }),
    queueLengthLimit: int32(3, {
      doc: 'How many requests fit in a queue; 50 when absent.',
      assumed: 50,
      emit: 'always',
    }),
    queues: int32(1, { doc: 'How many queues there are; 64 when absent.', assumed: 64, emit: 'always' }),
  },
  { doc: 'The queues in which requests wait.' },
);
export interface QueuingConfiguration extends Of<typeof QueuingConfiguration> {}

export const LimitResponse = struct(
  'io.k8s.api.flowcontrol.v1.LimitResponse',
  {
    queuing: ref(2, QueuingConfiguration, { doc: 'The queues; only for type Queue.', emit: 'if-set' }),
    type: required(string(1, { doc: 'Queue to let them wait, Reject to turn them away.', emit: 'always' })),
  },
  { doc: 'What becomes of requests beyond the limit.' },
);
export interface LimitResponse extends Of<typeof LimitResponse> {}

export const LimitedPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration',
  {
    borrowingLimitPercent: int32(4, {
      doc: 'How much it may borrow, in percent of its seats; no limit when absent.',
      emit: 'if-set',
    }),
    lendablePercent: int32(3, {
      doc: 'How much of its seats others may borrow, in percent; 0 when absent.',
      assumed: 0,
      emit: 'if-set',
    }),
    limitResponse: ref(2, LimitResponse, {
      doc: 'What becomes of requests beyond the limit.',
      emit: 'always',
    }),
    nominalConcurrencyShares: int32(1, {
      doc: "Its share of the server's seats; 30 when absent.",
      assumed: 30,
      emit: 'if-set',
    }),
  },
  { doc: 'Seats of a level, and what happens beyond them.' },
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
  { doc: 'What is known about one aspect of a priority level.' },
);
export interface PriorityLevelConfigurationCondition extends Of<typeof PriorityLevelConfigurationCondition> {}

export const PriorityLevelConfigurationSpec = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec',
  {
    exempt: ref(3, ExemptPriorityLevelConfiguration, {
      doc: 'The seats of an exempt level.',
      emit: 'if-set',
    }),
    limited: ref(2, LimitedPriorityLevelConfiguration, {
      doc: 'The limits; only for type Limited.',
      emit: 'if-set',
    }),
    type: required(string(1, { doc: 'Exempt for no limits, or Limited.', emit: 'always' })),
  },
  { doc: 'How many requests of a level run at once.' },
);
export interface PriorityLevelConfigurationSpec extends Of<typeof PriorityLevelConfigurationSpec> {}

export const PriorityLevelConfigurationStatus = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus',
  {
    conditions: list(1, PriorityLevelConfigurationCondition, {
      doc: 'What is known, by aspect.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'What was found about the level.' },
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
