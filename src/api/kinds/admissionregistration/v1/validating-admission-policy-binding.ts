import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { MatchResources, ParamRef } from './matching.ts';

export const ValidatingAdmissionPolicyBindingSpec = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec',
  {
    matchResources: ref(3, MatchResources, {
      doc: 'Narrows the policy to these requests; no narrowing when absent.',
      emit: 'if-set',
    }),
    paramRef: ref(2, ParamRef, { doc: 'The objects with the parameters; none when absent.', emit: 'if-set' }),
    policyName: required(string(1, { doc: 'The policy that is bound.' })),
    validationActions: required(
      list(4, text, { doc: 'What a violation does: Deny, Warn, Audit.', listType: 'set' }),
    ),
  },
  { doc: 'Where a policy holds, and what a violation does.' },
);
export interface ValidatingAdmissionPolicyBindingSpec
  extends Of<typeof ValidatingAdmissionPolicyBindingSpec> {}

export const ValidatingAdmissionPolicyBinding = resource(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  {
    doc: 'Where a policy is in force.',
    group: 'admissionregistration.k8s.io',
    version: 'v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    plural: 'validatingadmissionpolicybindings',
    singular: 'validatingadmissionpolicybinding',
    namespaced: false,
    categories: ['api-extensions'],
    storageVersionHash: 'v9715VZqakg=',
  },
  {
    spec: required(ref(2, ValidatingAdmissionPolicyBindingSpec, { emit: 'always' })),
  },
);
export interface ValidatingAdmissionPolicyBinding extends Of<typeof ValidatingAdmissionPolicyBinding> {}
