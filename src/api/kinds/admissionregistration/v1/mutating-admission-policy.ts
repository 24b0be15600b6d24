import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../../schema/notation.ts';
import { MatchCondition, MatchResources, ParamKind, Variable } from './matching.ts';

export const ApplyConfiguration = struct(
  'io.k8s.api.admissionregistration.v1.ApplyConfiguration',
  {
    expression: string(1, { doc: 'CEL expression that returns the fields to apply.' }),
  },
  { doc: 'Mutation expressed as fields that are applied to the object as in server-side apply.' },
);
export interface ApplyConfiguration extends Of<typeof ApplyConfiguration> {}

export const JSONPatch = struct(
  'io.k8s.api.admissionregistration.v1.JSONPatch',
  {
    expression: string(1, { doc: 'CEL expression that returns a list of JSONPatch operations.' }),
  },
  { doc: 'Mutation expressed as JSON Patch operations.' },
);
export interface JSONPatch extends Of<typeof JSONPatch> {}

export const Mutation = struct(
  'io.k8s.api.admissionregistration.v1.Mutation',
  {
    applyConfiguration: ref(3, ApplyConfiguration, {
      doc: 'Mutation as fields to apply. Used if patchType is ApplyConfiguration.',
      emit: 'if-set',
    }),
    jsonPatch: ref(4, JSONPatch, {
      doc: 'Mutation as JSON Patch operations. Used if patchType is JSONPatch.',
      emit: 'if-set',
    }),
    patchType: required(
      string(2, {
        doc: 'Type of the patch: ApplyConfiguration or JSONPatch.',
        enum: ['ApplyConfiguration', 'JSONPatch'],
        emit: 'always',
      }),
    ),
  },
  { doc: 'Single mutation of the object in a request.' },
);
export interface Mutation extends Of<typeof Mutation> {}

export const MutatingAdmissionPolicySpec = struct(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec',
  {
    failurePolicy: string(5, {
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
    mutations: list(4, Mutation, { doc: 'Mutations to perform, in order.', listType: 'atomic' }),
    paramKind: ref(1, ParamKind, {
      doc: 'Kind of the parameter objects. If not set, the policy takes no parameters.',
      emit: 'if-set',
    }),
    reinvocationPolicy: string(7, {
      doc: 'Whether to evaluate the policy again after other plugins changed the object: Never or IfNeeded.',
      enum: ['IfNeeded', 'Never'],
    }),
    variables: list(3, Variable, {
      doc: 'Named expressions that the other expressions of the policy can use.',
      listType: 'atomic',
    }),
  },
  { doc: 'Desired behavior of the policy: which requests it mutates, and how.' },
);
export interface MutatingAdmissionPolicySpec extends Of<typeof MutatingAdmissionPolicySpec> {}

export const MutatingAdmissionPolicy = resource(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicy',
  {
    doc: 'Policy of CEL expressions that mutate objects before they are stored.',
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
