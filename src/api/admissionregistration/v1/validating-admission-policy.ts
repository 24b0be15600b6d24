import { Condition } from '../../meta/v1/condition.ts';
import { resource } from '../../meta/v1/resource.ts';
import { int64, list, type Of, ref, required, string, struct } from '../../schema/notation.ts';
import { MatchCondition, MatchResources, ParamKind, Variable } from './matching.ts';

export const AuditAnnotation = struct('io.k8s.api.admissionregistration.v1.AuditAnnotation', {
  key: required(string(1, { emit: 'always' })),
  valueExpression: required(string(2, { emit: 'always' })),
});
export interface AuditAnnotation extends Of<typeof AuditAnnotation> {}

export const ExpressionWarning = struct('io.k8s.api.admissionregistration.v1.ExpressionWarning', {
  fieldRef: required(string(2, { emit: 'always' })),
  warning: required(string(3, { emit: 'always' })),
});
export interface ExpressionWarning extends Of<typeof ExpressionWarning> {}

export const TypeChecking = struct('io.k8s.api.admissionregistration.v1.TypeChecking', {
  expressionWarnings: list(1, ExpressionWarning, { listType: 'atomic' }),
});
export interface TypeChecking extends Of<typeof TypeChecking> {}

export const Validation = struct('io.k8s.api.admissionregistration.v1.Validation', {
  expression: required(string(1, { emit: 'always' })),
  message: string(2),
  messageExpression: string(4),
  reason: string(3, { emit: 'if-set' }),
});
export interface Validation extends Of<typeof Validation> {}

export const ValidatingAdmissionPolicySpec = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec',
  {
    auditAnnotations: list(5, AuditAnnotation, { listType: 'atomic' }),
    failurePolicy: string(4, { assumed: 'Fail', enum: ['Fail', 'Ignore'], emit: 'if-set' }),
    matchConditions: list(6, MatchCondition, { listType: 'map', keys: ['name'], merge: 'name' }),
    matchConstraints: ref(2, MatchResources, { emit: 'if-set' }),
    paramKind: ref(1, ParamKind, { emit: 'if-set' }),
    validations: list(3, Validation, { listType: 'atomic' }),
    variables: list(7, Variable, { listType: 'map', keys: ['name'], merge: 'name' }),
  },
);
export interface ValidatingAdmissionPolicySpec extends Of<typeof ValidatingAdmissionPolicySpec> {}

export const ValidatingAdmissionPolicyStatus = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus',
  {
    conditions: list(3, Condition, { listType: 'map', keys: ['type'] }),
    observedGeneration: int64(1),
    typeChecking: ref(2, TypeChecking, { emit: 'if-set' }),
  },
);
export interface ValidatingAdmissionPolicyStatus extends Of<typeof ValidatingAdmissionPolicyStatus> {}

export const ValidatingAdmissionPolicy = resource(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicy',
  {
    doc: 'Expressions that may refuse objects before they are stored.',
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
