import { resource } from '../../../meta/v1/resource.ts';
import { int32, list, type Of, ref, required, string, struct, time } from '../../../schema/notation.ts';

export const ExemptPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.ExemptPriorityLevelConfiguration',
  {
    lendablePercent: int32(2, {
      doc: 'Percentage of its seats that other levels may borrow. Defaults to 0.',
      assumed: 0,
      emit: 'if-set',
    }),
    nominalConcurrencyShares: int32(1, {
      doc: "Share of the server's concurrency. Defaults to 0.",
      assumed: 0,
      emit: 'if-set',
    }),
  },
  { doc: 'Concurrency of a level whose requests are never queued.' },
);
export interface ExemptPriorityLevelConfiguration extends Of<typeof ExemptPriorityLevelConfiguration> {}

export const QueuingConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.QueuingConfiguration',
  {
    handSize: int32(2, {
      doc: 'Number of queues that a flow may use. Defaults to 8.',
      assumed: 8,
      emit: 'always',
    }),
    queueLengthLimit: int32(3, {
      doc: 'Maximum number of requests that wait in a queue. Defaults to 50.',
      assumed: 50,
      emit: 'always',
    }),
    queues: int32(1, { doc: 'Number of queues of the level. Defaults to 64.', assumed: 64, emit: 'always' }),
  },
  { doc: 'Configuration of the queues of a level.' },
);
export interface QueuingConfiguration extends Of<typeof QueuingConfiguration> {}

export const LimitResponse = struct(
  'io.k8s.api.flowcontrol.v1.LimitResponse',
  {
    queuing: ref(2, QueuingConfiguration, {
      doc: 'Configuration of the queues. Used if type is Queue.',
      emit: 'if-set',
    }),
    type: required(string(1, { doc: 'What happens to excess requests: Queue or Reject.', emit: 'always' })),
  },
  { doc: 'How requests beyond the limit are handled.' },
);
export interface LimitResponse extends Of<typeof LimitResponse> {}

export const LimitedPriorityLevelConfiguration = struct(
  'io.k8s.api.flowcontrol.v1.LimitedPriorityLevelConfiguration',
  {
    borrowingLimitPercent: int32(4, {
      doc: 'Maximum that the level may borrow, as a percentage of its seats. By default, there is no limit.',
      emit: 'if-set',
    }),
    lendablePercent: int32(3, {
      doc: 'Percentage of its seats that other levels may borrow. Defaults to 0.',
      assumed: 0,
      emit: 'if-set',
    }),
    limitResponse: ref(2, LimitResponse, {
      doc: 'How requests beyond the limit are handled.',
      emit: 'always',
    }),
    nominalConcurrencyShares: int32(1, {
      doc: "Share of the server's concurrency. Defaults to 30.",
      assumed: 30,
      emit: 'if-set',
    }),
  },
  { doc: 'Concurrency limit of a level, and how excess requests are handled.' },
);
export interface LimitedPriorityLevelConfiguration extends Of<typeof LimitedPriorityLevelConfiguration> {}

export const PriorityLevelConfigurationCondition = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationCondition',
  {
    lastTransitionTime: time(3, {
      doc: 'Last time the condition changed from one status to another.',
      emit: 'always',
    }),
    message: string(5, { doc: 'Human-readable message with details.' }),
    reason: string(4, { doc: 'Brief machine-readable reason in CamelCase.' }),
    status: string(2, { doc: 'Status of the condition: True, False or Unknown.' }),
    type: string(1, { doc: 'Type of the condition.' }),
  },
  { doc: 'Condition of a PriorityLevelConfiguration at a certain point.' },
);
export interface PriorityLevelConfigurationCondition extends Of<typeof PriorityLevelConfigurationCondition> {}

export const PriorityLevelConfigurationSpec = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationSpec',
  {
    exempt: ref(3, ExemptPriorityLevelConfiguration, {
      doc: 'Configuration of an exempt level. Used if type is Exempt.',
      emit: 'if-set',
    }),
    limited: ref(2, LimitedPriorityLevelConfiguration, {
      doc: 'Configuration of a limited level. Used if type is Limited.',
      emit: 'if-set',
    }),
    type: required(
      string(1, { doc: 'Whether the requests are limited: Exempt or Limited.', emit: 'always' }),
    ),
  },
  { doc: 'Desired concurrency of the priority level.' },
);
export interface PriorityLevelConfigurationSpec extends Of<typeof PriorityLevelConfigurationSpec> {}

export const PriorityLevelConfigurationStatus = struct(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfigurationStatus',
  {
    conditions: list(1, PriorityLevelConfigurationCondition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
      merge: 'type',
    }),
  },
  { doc: 'Observed state of the priority level.' },
);
export interface PriorityLevelConfigurationStatus extends Of<typeof PriorityLevelConfigurationStatus> {}

export const PriorityLevelConfiguration = resource(
  'io.k8s.api.flowcontrol.v1.PriorityLevelConfiguration',
  {
    doc: 'Configures a priority level of API Priority and Fairness.',
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
