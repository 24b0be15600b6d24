import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { int64, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { MatchCondition, MatchResources, ParamKind, Variable } from './matching.ts';

export const AuditAnnotation = struct(
  'io.k8s.api.admissionregistration.v1.AuditAnnotation',
  {
    key: required(
      string(1, {
        doc: 'Key of the audit annotation. The policy name and a slash are prepended to it.',
        emit: 'always',
      }),
    ),
    valueExpression: required(
      string(2, {
        doc: 'CEL expression that returns the value of the annotation. If it returns null, the annotation is omitted.',
        emit: 'always',
      }),
    ),
  },
  { doc: 'Audit annotation to add to the audit event of a request.' },
);
export interface AuditAnnotation extends Of<typeof AuditAnnotation> {}

export const ExpressionWarning = struct(
  'io.k8s.api.admissionregistration.v1.ExpressionWarning',
  {
    fieldRef: required(string(2, { doc: 'Path of the field that contains the expression.', emit: 'always' })),
    warning: required(
      string(3, { doc: 'Text of the warning, with the affected line and types.', emit: 'always' }),
    ),
  },
  { doc: 'Warning about an expression found by type checking.' },
);
export interface ExpressionWarning extends Of<typeof ExpressionWarning> {}

export const TypeChecking = struct(
  'io.k8s.api.admissionregistration.v1.TypeChecking',
  {
    expressionWarnings: list(1, ExpressionWarning, {
      doc: 'Warnings found by type checking. Empty if there are none.',
      listType: 'atomic',
    }),
  },
  { doc: 'Result of type checking the expressions of the policy.' },
);
export interface TypeChecking extends Of<typeof TypeChecking> {}

export const Validation = struct(
  'io.k8s.api.admissionregistration.v1.Validation',
  {
    expression: required(
      string(1, { doc: 'CEL expression that must be true for the request to be admitted.', emit: 'always' }),
    ),
    message: string(2, { doc: 'Message returned if the validation fails.' }),
    messageExpression: string(4, {
      doc: 'CEL expression that returns the message for a failed validation. Takes precedence over message.',
    }),
    reason: string(3, {
      doc: 'Machine-readable reason for the failure, which determines the HTTP status code. Defaults to Invalid.',
      emit: 'if-set',
    }),
  },
  { doc: 'Single validation of a request.' },
);
export interface Validation extends Of<typeof Validation> {}

export const ValidatingAdmissionPolicySpec = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec',
  {
    auditAnnotations: list(5, AuditAnnotation, {
      doc: 'Audit annotations to add to the audit event of a request.',
      listType: 'atomic',
    }),
    failurePolicy: string(4, {
      doc: 'What to do if the policy cannot be evaluated: Fail or Ignore. Defaults to Fail.',
      assumed: 'Fail',
      enum: ['Fail', 'Ignore'],
      emit: 'if-set',
    }),
    matchConditions: list(6, MatchCondition, {
      doc: 'Additional conditions on requests. All of them must be true for the policy to apply.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    matchConstraints: ref(2, MatchResources, { doc: 'Requests that the policy applies to.', emit: 'if-set' }),
    paramKind: ref(1, ParamKind, {
      doc: 'Kind of the parameter objects. If not set, the policy takes no parameters.',
      emit: 'if-set',
    }),
    validations: list(3, Validation, {
      doc: 'Validations to perform. A request must pass all of them.',
      listType: 'atomic',
    }),
    variables: list(7, Variable, {
      doc: 'Named expressions that the other expressions of the policy can use.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
  },
  { doc: 'Desired behavior of the policy: which requests it validates, and how.' },
);
export interface ValidatingAdmissionPolicySpec extends Of<typeof ValidatingAdmissionPolicySpec> {}

export const ValidatingAdmissionPolicyStatus = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus',
  {
    conditions: list(3, Condition, {
      doc: 'Latest observations of the current state.',
      listType: 'map',
      keys: ['type'],
    }),
    observedGeneration: int64(1, { doc: 'Generation of the object that the controller last observed.' }),
    typeChecking: ref(2, TypeChecking, {
      doc: 'Result of type checking the expressions of the policy.',
      emit: 'if-set',
    }),
  },
  { doc: 'Most recently observed status of the policy.' },
);
export interface ValidatingAdmissionPolicyStatus extends Of<typeof ValidatingAdmissionPolicyStatus> {}

export const ValidatingAdmissionPolicy = resource(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  {
    doc: 'Policy of CEL expressions that can reject objects before they are stored.',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingAdmissionPolicy',
    plural: 'validatingadmissionpolicies',
    singular: 'validatingadmissionpolicy',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: '6OxvlMmQ6is=',
    subresources: { status: { kind: 'ValidatingAdmissionPolicy', verbs: ['get', 'patch', 'update'] } },
  },
  {
    spec: ref(2, ValidatingAdmissionPolicySpec, { emit: 'always' }),
    status: ref(3, ValidatingAdmissionPolicyStatus, { emit: 'always' }),
  },
);
export interface ValidatingAdmissionPolicy extends Of<typeof ValidatingAdmissionPolicy> {}
