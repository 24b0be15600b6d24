import { Condition } from '../../../meta/v1/condition.ts';
import { resource } from '../../../meta/v1/resource.ts';
import { int64, list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { MatchCondition, MatchResources, ParamKind, Variable } from './matching.ts';

export const AuditAnnotation = struct(
  'io.k8s.api.admissionregistration.v1.AuditAnnotation',
  {
    key: required(
      string(1, { doc: "The note's name, behind the policy's name and a slash.", emit: 'always' }),
    ),
    valueExpression: required(
      string(2, { doc: 'A CEL expression that gives the text; null leaves the note out.', emit: 'always' }),
    ),
  },
  { doc: 'A note for the audit event of a request.' },
);
export interface AuditAnnotation extends Of<typeof AuditAnnotation> {}

export const ExpressionWarning = struct(
  'io.k8s.api.admissionregistration.v1.ExpressionWarning',
  {
    fieldRef: required(string(2, { doc: "The path of the expression's field.", emit: 'always' })),
    warning: required(
      string(3, { doc: 'The doubt, with the line and the types concerned.', emit: 'always' }),
    ),
  },
  { doc: 'What is doubtful about an expression.' },
);
export interface ExpressionWarning extends Of<typeof ExpressionWarning> {}

export const TypeChecking = struct(
  'io.k8s.api.admissionregistration.v1.TypeChecking',
  {
    expressionWarnings: list(1, ExpressionWarning, {
      doc: 'The doubtful expressions; none when all is well.',
      listType: 'atomic',
    }),
  },
  { doc: "What checking the expressions' types found." },
);
export interface TypeChecking extends Of<typeof TypeChecking> {}

export const Validation = struct(
  'io.k8s.api.admissionregistration.v1.Validation',
  {
    expression: required(string(1, { doc: 'A CEL expression that must be true.', emit: 'always' })),
    message: string(2, { doc: 'What to say when it is not true.' }),
    messageExpression: string(4, { doc: 'A CEL expression that gives the message; goes before message.' }),
    reason: string(3, {
      doc: 'Why, in one word; decides the HTTP status. Invalid when absent.',
      emit: 'if-set',
    }),
  },
  { doc: 'One check of a request.' },
);
export interface Validation extends Of<typeof Validation> {}

export const ValidatingAdmissionPolicySpec = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicySpec',
  {
    auditAnnotations: list(5, AuditAnnotation, { doc: 'Notes for the audit event.', listType: 'atomic' }),
    failurePolicy: string(4, {
      doc: 'Fail or Ignore when the policy cannot be worked out; Fail when absent.',
      assumed: 'Fail',
      enum: ['Fail', 'Ignore'],
      emit: 'if-set',
    }),
    matchConditions: list(6, MatchCondition, {
      doc: 'More conditions; all must be true.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
    matchConstraints: ref(2, MatchResources, { doc: 'The requests the policy is about.', emit: 'if-set' }),
    paramKind: ref(1, ParamKind, {
      doc: 'The kind of its parameters; it takes none when absent.',
      emit: 'if-set',
    }),
    validations: list(3, Validation, {
      doc: 'The checks; a request must pass all of them.',
      listType: 'atomic',
    }),
    variables: list(7, Variable, {
      doc: 'Expressions with names, for use in the others.',
      listType: 'map',
      keys: ['name'],
      merge: 'name',
    }),
  },
  { doc: 'Which requests are checked, and how.' },
);
export interface ValidatingAdmissionPolicySpec extends Of<typeof ValidatingAdmissionPolicySpec> {}

export const ValidatingAdmissionPolicyStatus = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyStatus',
  {
    conditions: list(3, Condition, { doc: 'What is known, by aspect.', listType: 'map', keys: ['type'] }),
    observedGeneration: int64(1, { doc: 'Which generation of the spec this is about.' }),
    typeChecking: ref(2, TypeChecking, {
      doc: "What checking the expressions' types found.",
      emit: 'if-set',
    }),
  },
  { doc: 'What was found about the policy.' },
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
