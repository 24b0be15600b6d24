import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { MatchCondition, MatchResources, ParamKind, Variable } from './matching.ts';

export const ApplyConfiguration = struct(
  'io.k8s.api.admissionregistration.v1.ApplyConfiguration',
  {
    expression: string(1, { doc: 'A CEL expression that gives the fields.' }),
  },
  { doc: 'A change, written as the fields to apply.' },
);
export interface ApplyConfiguration extends Of<typeof ApplyConfiguration> {}

export const JSONPatch = struct(
  'io.k8s.api.admissionregistration.v1.JSONPatch',
  {
    expression: string(1, { doc: 'A CEL expression that gives a list of JSONPatch operations.' }),
  },
  { doc: 'A change, written as JSON patch operations.' },
);
export interface JSONPatch extends Of<typeof JSONPatch> {}

export const Mutation = struct(
  'io.k8s.api.admissionregistration.v1.Mutation',
  {
    applyConfiguration: ref(3, ApplyConfiguration, { doc: 'The change as fields to apply.', emit: 'if-set' }),
    jsonPatch: ref(4, JSONPatch, { doc: 'The change as JSON patch operations.', emit: 'if-set' }),
    patchType: required(
      string(2, {
        doc: 'ApplyConfiguration or JSONPatch: which member is set.',
        enum: ['ApplyConfiguration', 'JSONPatch'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'One change to the object.' },
);
export interface Mutation extends Of<typeof Mutation> {}

export const MutatingAdmissionPolicySpec = struct(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec',
  {
    failurePolicy: string(5, {
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
    mutations: list(4, Mutation, { doc: 'The changes, made in order.', listType: 'atomic' }),
    paramKind: ref(1, ParamKind, {
      doc: 'The kind of its parameters; it takes none when absent.',
      emit: 'if-set',
    }),
    reinvocationPolicy: string(7, {
      doc: 'Never, or IfNeeded to look again after others changed the object.',
      enum: ['IfNeeded', 'Never'],
    }),
    variables: list(3, Variable, {
      doc: 'Expressions with names, for use in the others.',
      listType: 'atomic',
    }),
  },
  { doc: 'Which requests are changed, and how.' },
);
export interface MutatingAdmissionPolicySpec extends Of<typeof MutatingAdmissionPolicySpec> {}

export const MutatingAdmissionPolicy = resource(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  {
    doc: 'Expressions that may change objects before they are stored.',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingAdmissionPolicy',
    plural: 'mutatingadmissionpolicies',
    singular: 'mutatingadmissionpolicy',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'LYmCf+UMVdg=',
  },
  {
    spec: ref(2, MutatingAdmissionPolicySpec, { emit: 'always' }),
  },
);
export interface MutatingAdmissionPolicy extends Of<typeof MutatingAdmissionPolicy> {}
