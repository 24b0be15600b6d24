import { PodTemplateSpec } from '../../core/v1/pod-spec.ts';
import { LabelSelector } from '../../meta/v1/label-selector.ts';
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
} from '../../schema/notation.ts';

export const PodFailurePolicyOnExitCodesRequirement = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnExitCodesRequirement',
  {
    containerName: string(1, { emit: 'if-set' }),
    operator: required(string(2, { enum: ['In', 'NotIn'], emit: 'always' })),
    values: required(list(3, whole32, { emit: 'always', listType: 'set' })),
  },
);
export interface PodFailurePolicyOnExitCodesRequirement
  extends Of<typeof PodFailurePolicyOnExitCodesRequirement> {}

export const PodFailurePolicyOnPodConditionsPattern = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  {
    status: string(2, { emit: 'always' }),
    type: required(string(1, { emit: 'always' })),
  },
);
export interface PodFailurePolicyOnPodConditionsPattern
  extends Of<typeof PodFailurePolicyOnPodConditionsPattern> {}

export const PodFailurePolicyRule = struct('io.k8s.api.batch.v1.PodFailurePolicyRule', {
  action: required(string(1, { enum: ['Count', 'FailIndex', 'FailJob', 'Ignore'], emit: 'always' })),
  onExitCodes: ref(2, PodFailurePolicyOnExitCodesRequirement, { emit: 'if-set' }),
  onPodConditions: list(3, PodFailurePolicyOnPodConditionsPattern, { listType: 'atomic' }),
});
export interface PodFailurePolicyRule extends Of<typeof PodFailurePolicyRule> {}

export const PodFailurePolicy = struct('io.k8s.api.batch.v1.PodFailurePolicy', {
  rules: required(list(1, PodFailurePolicyRule, { emit: 'always', listType: 'atomic' })),
});
export interface PodFailurePolicy extends Of<typeof PodFailurePolicy> {}

export const SuccessPolicyRule = struct('io.k8s.api.batch.v1.SuccessPolicyRule', {
  succeededCount: int32(2, { emit: 'if-set' }),
  succeededIndexes: string(1, { emit: 'if-set' }),
});
export interface SuccessPolicyRule extends Of<typeof SuccessPolicyRule> {}

export const SuccessPolicy = struct('io.k8s.api.batch.v1.SuccessPolicy', {
  rules: required(list(1, SuccessPolicyRule, { emit: 'always', listType: 'atomic' })),
});
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
