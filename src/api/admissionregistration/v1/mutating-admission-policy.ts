import { resource } from '../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct } from '../../schema/notation.ts';
import { MatchCondition, MatchResources, ParamKind, Variable } from './matching.ts';

export const ApplyConfiguration = struct('io.k8s.api.admissionregistration.v1.ApplyConfiguration', {
  expression: string(1),
});
export interface ApplyConfiguration extends Of<typeof ApplyConfiguration> {}

export const JSONPatch = struct('io.k8s.api.admissionregistration.v1.JSONPatch', {
  expression: string(1),
});
export interface JSONPatch extends Of<typeof JSONPatch> {}

export const Mutation = struct('io.k8s.api.admissionregistration.v1.Mutation', {
  applyConfiguration: ref(3, ApplyConfiguration, { emit: 'if-set' }),
  jsonPatch: ref(4, JSONPatch, { emit: 'if-set' }),
  patchType: required(string(2, { enum: ['ApplyConfiguration', 'JSONPatch'], emit: 'always' })),
});
export interface Mutation extends Of<typeof Mutation> {}

export const MutatingAdmissionPolicySpec = struct(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicySpec',
  {
    failurePolicy: string(5, { assumed: 'Fail', enum: ['Fail', 'Ignore'], emit: 'if-set' }),
    matchConditions: list(6, MatchCondition, { listType: 'map', keys: ['name'], merge: 'name' }),
    matchConstraints: ref(2, MatchResources, { emit: 'if-set' }),
    mutations: list(4, Mutation, { listType: 'atomic' }),
    paramKind: ref(1, ParamKind, { emit: 'if-set' }),
    reinvocationPolicy: string(7, { enum: ['IfNeeded', 'Never'] }),
    variables: list(3, Variable, { listType: 'atomic' }),
  },
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
