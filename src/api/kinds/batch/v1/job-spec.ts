import { LabelSelector } from '../../../meta/v1/label-selector.ts';
import {
  boolean,
  int32,
  int64,
  list,
  type Of,
  ref,
  required,
  string,
  struct,
  whole32,
} from '../../../schema/notation.ts';
import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';

export const PodFailurePolicyOnExitCodesRequirement = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement',
  {
    containerName: string(1, {
      doc: 'The container that is looked at; all of them when absent.',
      emit: 'if-set',
    }),
    operator: required(
      string(2, { doc: 'In, or NotIn for all codes but these.', enum: ['In', 'NotIn'], emit: 'always' }),
    ),
    values: required(
      list(3, whole32, { doc: 'The exit codes; 0 may not stand with In.', emit: 'always', listType: 'set' }),
    ),
  },
  { doc: 'Which exit codes a rule is about.' },
);
export interface PodFailurePolicyOnExitCodesRequirement
  extends Of<typeof PodFailurePolicyOnExitCodesRequirement> {}

export const PodFailurePolicyOnPodConditionsPattern = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  {
    status: string(2, { doc: 'The status the condition must have; True when absent.', emit: 'always' }),
    type: required(string(1, { doc: 'The type of the condition.', emit: 'always' })),
  },
  { doc: 'Which pod condition a rule is about.' },
);
export interface PodFailurePolicyOnPodConditionsPattern
  extends Of<typeof PodFailurePolicyOnPodConditionsPattern> {}

export const PodFailurePolicyRule = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyRule',
  {
    action: required(
      string(1, {
        doc: 'FailJob, FailIndex, Ignore, or Count as usual.',
        enum: ['Count', 'FailIndex', 'FailJob', 'Ignore'],
        emit: 'always',
      }),
    ),
    onExitCodes: ref(2, PodFailurePolicyOnExitCodesRequirement, {
      doc: 'The exit codes that the rule is about.',
      emit: 'if-set',
    }),
    onPodConditions: list(3, PodFailurePolicyOnPodConditionsPattern, {
      doc: 'The pod conditions that the rule is about; one must fit.',
      listType: 'atomic',
    }),
  },
  { doc: 'What one way of failing means for the job.' },
);
export interface PodFailurePolicyRule extends Of<typeof PodFailurePolicyRule> {}

export const PodFailurePolicy = struct(
  'io.k8s.api.batch.v1.PodFailurePolicy',
  {
    rules: required(
      list(1, PodFailurePolicyRule, {
        doc: 'Looked at in order; the first that fits decides.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'What failed pods mean for the job.' },
);
export interface PodFailurePolicy extends Of<typeof PodFailurePolicy> {}

export const SuccessPolicyRule = struct(
  'io.k8s.api.batch.v1.SuccessPolicyRule',
  {
    succeededCount: int32(2, { doc: 'How many indexes must have succeeded.', emit: 'if-set' }),
    succeededIndexes: string(1, {
      doc: 'Which indexes count, such as 0,2-4; all when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'One way for the job to have succeeded.' },
);
export interface SuccessPolicyRule extends Of<typeof SuccessPolicyRule> {}

export const SuccessPolicy = struct(
  'io.k8s.api.batch.v1.SuccessPolicy',
  {
    rules: required(
      list(1, SuccessPolicyRule, {
        doc: 'Looked at in order; the first that fits decides.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'When the job has succeeded before all its indexes have.' },
);
export interface SuccessPolicy extends Of<typeof SuccessPolicy> {}

export const JobSpec = struct(
  'io.k8s.api.batch.v1.JobSpec',
  {
    activeDeadlineSeconds: int64(3, {
      doc: 'After so many seconds the job is stopped and has failed.',
      emit: 'if-set',
    }),
    backoffLimit: int32(7, { doc: 'How many failures are put up with.', emit: 'if-set' }),
    backoffLimitPerIndex: int32(12, {
      doc: 'How many failures are put up with for each index.',
      emit: 'if-set',
    }),
    completionMode: string(9, {
      doc: 'NonIndexed, or Indexed to give each pod a number.',
      enum: ['Indexed', 'NonIndexed'],
      emit: 'if-set',
    }),
    completions: int32(2, { doc: 'How many pods must succeed.', emit: 'if-set' }),
    managedBy: string(15, { doc: 'Who takes care of the job, if not the job controller.', emit: 'if-set' }),
    manualSelector: boolean(5, {
      doc: "Whether selector and labels are the author's business.",
      emit: 'if-set',
    }),
    maxFailedIndexes: int32(13, { doc: 'How many indexes may fail.', emit: 'if-set' }),
    parallelism: int32(1, { doc: 'How many pods may run at the same time.', emit: 'if-set' }),
    podFailurePolicy: ref(11, PodFailurePolicy, { doc: 'What certain failures mean.', emit: 'if-set' }),
    podReplacementPolicy: string(14, {
      doc: 'When a pod that ends is replaced: TerminatingOrFailed or Failed.',
      enum: ['Failed', 'TerminatingOrFailed'],
      emit: 'if-set',
    }),
    selector: ref(4, LabelSelector, {
      doc: 'The labels of its pods; usually set by the server.',
      emit: 'if-set',
    }),
    successPolicy: ref(16, SuccessPolicy, {
      doc: 'When the job has succeeded before all indexes have.',
      emit: 'if-set',
    }),
    suspend: boolean(10, { doc: 'Run no pods for now.', emit: 'if-set' }),
    template: required(ref(6, PodTemplateSpec, { doc: 'What its pods look like.', emit: 'always' })),
    ttlSecondsAfterFinished: int32(8, { doc: 'How long after its end the job is deleted.', emit: 'if-set' }),
  },
  { doc: 'Which pods, how many, how often to retry.' },
);
export interface JobSpec extends Of<typeof JobSpec> {}
