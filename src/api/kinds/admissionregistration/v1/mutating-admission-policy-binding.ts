import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, string, struct } from '../../../schema/notation.ts';
import { MatchResources, ParamRef } from './matching.ts';

export const MutatingAdmissionPolicyBindingSpec = struct(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec',
  {
    matchResources: ref(3, MatchResources, {
      doc: 'Further restricts the requests that the policy applies to. Defaults to no further restriction.',
      emit: 'if-set',
    }),
    paramRef: ref(2, ParamRef, {
      doc: 'Parameter objects that the policy is evaluated with. Required if the policy declares paramKind.',
      emit: 'if-set',
    }),
    policyName: string(1, { doc: 'Name of the policy that is bound.' }),
  },
  { doc: 'Desired scope and parameters of the binding.' },
);
export interface MutatingAdmissionPolicyBindingSpec extends Of<typeof MutatingAdmissionPolicyBindingSpec> {}

export const MutatingAdmissionPolicyBinding = resource(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
  {
    doc: 'Binds an admission policy to the requests and parameters that it applies to.',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'MutatingAdmissionPolicyBinding',
    plural: 'mutatingadmissionpolicybindings',
    singular: 'mutatingadmissionpolicybinding',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: '90V5FRZZ3Zg=',
  },
  {
    spec: ref(2, MutatingAdmissionPolicyBindingSpec, { emit: 'always' }),
  },
);
export interface MutatingAdmissionPolicyBinding extends Of<typeof MutatingAdmissionPolicyBinding> {}
