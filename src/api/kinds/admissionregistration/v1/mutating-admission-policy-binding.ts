import { resource } from '../../../meta/v1/resource.ts';
import { type Of, ref, string, struct } from '../../../schema/notation.ts';
import { MatchResources, ParamRef } from './matching.ts';

export const MutatingAdmissionPolicyBindingSpec = struct(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBindingSpec',
  {
    matchResources: ref(3, MatchResources, {
      doc: 'Narrows the policy to these requests; no narrowing when absent.',
      emit: 'if-set',
    }),
    paramRef: ref(2, ParamRef, { doc: 'The objects with the parameters; none when absent.', emit: 'if-set' }),
    policyName: string(1, { doc: 'The policy that is bound.' }),
  },
  { doc: 'Where a policy holds, and with which parameters.' },
);
export interface MutatingAdmissionPolicyBindingSpec extends Of<typeof MutatingAdmissionPolicyBindingSpec> {}

export const MutatingAdmissionPolicyBinding = resource(
  'io.k8s.api.admissionregistration.v1.MutatingAdmissionPolicyBinding',
  {
    doc: 'Where a policy is in force.',
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
