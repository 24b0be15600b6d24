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
      doc: 'Container whose exit code is checked. By default, all containers are checked.',
      emit: 'if-set',
    }),
    operator: required(
      string(2, {
        doc: 'How the exit code is compared: In, or NotIn for all other codes.',
        enum: ['In', 'NotIn'],
        emit: 'always',
      }),
    ),
    values: required(
      list(3, whole32, {
        doc: 'Exit codes to compare with. 0 is not allowed with In.',
        emit: 'always',
        listType: 'set',
      }),
    ),
  },
  { doc: 'Requirement on the exit codes of containers.' },
);
export interface PodFailurePolicyOnExitCodesRequirement
  extends Of<typeof PodFailurePolicyOnExitCodesRequirement> {}

export const PodFailurePolicyOnPodConditionsPattern = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyOnPodConditionsPattern',
  {
    status: string(2, { doc: 'Required status of the condition. Defaults to True.', emit: 'always' }),
    type: required(string(1, { doc: 'Type of the condition.', emit: 'always' })),
  },
  { doc: 'Requirement on a condition of the pod.' },
);
export interface PodFailurePolicyOnPodConditionsPattern
  extends Of<typeof PodFailurePolicyOnPodConditionsPattern> {}

export const PodFailurePolicyRule = struct(
  'io.k8s.api.batch.v1.PodFailurePolicyRule',
  {
    action: required(
      string(1, {
        doc: 'Action to take: FailJob, FailIndex, Ignore, or Count to handle the failure as usual.',
        enum: ['Count', 'FailIndex', 'FailJob', 'Ignore'],
        emit: 'always',
      }),
    ),
    onExitCodes: ref(2, PodFailurePolicyOnExitCodesRequirement, {
      doc: 'Requirement on exit codes.',
      emit: 'if-set',
    }),
    onPodConditions: list(3, PodFailurePolicyOnPodConditionsPattern, {
      doc: 'Requirements on pod conditions. At least one must be met.',
      listType: 'atomic',
    }),
  },
  { doc: 'How a certain kind of pod failure is handled.' },
);
export interface PodFailurePolicyRule extends Of<typeof PodFailurePolicyRule> {}

export const PodFailurePolicy = struct(
  'io.k8s.api.batch.v1.PodFailurePolicy',
  {
    rules: required(
      list(1, PodFailurePolicyRule, {
        doc: 'Rules in order. The first rule that matches is used.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'How pod failures are handled.' },
);
export interface PodFailurePolicy extends Of<typeof PodFailurePolicy> {}

export const SuccessPolicyRule = struct(
  'io.k8s.api.batch.v1.SuccessPolicyRule',
  {
    succeededCount: int32(2, { doc: 'Minimum number of indexes that must have succeeded.', emit: 'if-set' }),
    succeededIndexes: string(1, {
      doc: 'Indexes that must have succeeded, such as 0,2-4. By default, any indexes count.',
      emit: 'if-set',
    }),
  },
  { doc: 'Criterion for the success of a Job.' },
);
export interface SuccessPolicyRule extends Of<typeof SuccessPolicyRule> {}

export const SuccessPolicy = struct(
  'io.k8s.api.batch.v1.SuccessPolicy',
  {
    rules: required(
      list(1, SuccessPolicyRule, {
        doc: 'Rules in order. The first rule that matches is used.',
        emit: 'always',
        listType: 'atomic',
      }),
    ),
  },
  { doc: 'Criteria for the success of a Job before all of its indexes have succeeded.' },
);
export interface SuccessPolicy extends Of<typeof SuccessPolicy> {}

export const JobSpec = struct(
  'io.k8s.api.batch.v1.JobSpec',
  {
    activeDeadlineSeconds: int64(3, {
      doc: 'Number of seconds after which the Job is stopped and marked as failed.',
      emit: 'if-set',
    }),
    backoffLimit: int32(7, {
      doc: 'Number of failures before the Job is marked as failed. Defaults to 6.',
      emit: 'if-set',
    }),
    backoffLimitPerIndex: int32(12, {
      doc: 'Number of failures of an index before it is marked as failed.',
      emit: 'if-set',
    }),
    completionMode: string(9, {
      doc: 'How completions are tracked: NonIndexed, or Indexed to give each pod an index. Defaults to NonIndexed.',
      enum: ['Indexed', 'NonIndexed'],
      emit: 'if-set',
    }),
    completions: int32(2, { doc: 'Number of pods that must complete successfully.', emit: 'if-set' }),
    managedBy: string(15, {
      doc: 'Controller that manages the Job, if it is not the built-in Job controller.',
      emit: 'if-set',
    }),
    manualSelector: boolean(5, {
      doc: 'Whether the selector and the pod labels are set by the user instead of the system.',
      emit: 'if-set',
    }),
    maxFailedIndexes: int32(13, {
      doc: 'Maximum number of failed indexes before the Job is marked as failed.',
      emit: 'if-set',
    }),
    parallelism: int32(1, { doc: 'Maximum number of pods that run at the same time.', emit: 'if-set' }),
    podFailurePolicy: ref(11, PodFailurePolicy, {
      doc: 'How certain pod failures are handled.',
      emit: 'if-set',
    }),
    podReplacementPolicy: string(14, {
      doc: 'When a pod is replaced: TerminatingOrFailed, or Failed to wait until it has failed.',
      enum: ['Failed', 'TerminatingOrFailed'],
      emit: 'if-set',
    }),
    selector: ref(4, LabelSelector, {
      doc: 'Label selector for the pods. Usually set by the system.',
      emit: 'if-set',
    }),
    successPolicy: ref(16, SuccessPolicy, {
      doc: 'Criteria for the success of the Job before all of its indexes have succeeded.',
      emit: 'if-set',
    }),
    suspend: boolean(10, {
      doc: 'Whether the Job is suspended. Running pods of a suspended Job are deleted.',
      emit: 'if-set',
    }),
    template: required(ref(6, PodTemplateSpec, { doc: 'Template of the pods to create.', emit: 'always' })),
    ttlSecondsAfterFinished: int32(8, {
      doc: 'Number of seconds after which a finished Job is deleted.',
      emit: 'if-set',
    }),
  },
  { doc: 'Desired pods, their number, and how failures are handled.' },
);
export interface JobSpec extends Of<typeof JobSpec> {}
