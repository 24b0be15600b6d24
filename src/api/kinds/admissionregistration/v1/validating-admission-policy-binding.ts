import { resource } from '../../../meta/v1/resource.ts';
import { list, type Of, ref, required, string, struct, text } from '../../../schema/notation.ts';
import { MatchResources, ParamRef } from './matching.ts';

export const ValidatingAdmissionPolicyBindingSpec = struct(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBindingSpec',
  {
    matchResources: ref(3, MatchResources, {
      doc: 'Further restricts the requests that the policy applies to. Defaults to no further restriction.',
      emit: 'if-set',
    }),
    paramRef: ref(2, ParamRef, {
      doc: 'Parameter objects that the policy is evaluated with. Required if the policy declares paramKind.',
      emit: 'if-set',
    }),
    policyName: required(string(1, { doc: 'Name of the policy that is bound.' })),
    validationActions: required(
      list(4, text, { doc: 'How a failed validation is enforced: Deny, Warn or Audit.', listType: 'set' }),
    ),
  },
  { doc: 'Desired scope, parameters and enforcement of the binding.' },
);
export interface ValidatingAdmissionPolicyBindingSpec
  extends Of<typeof ValidatingAdmissionPolicyBindingSpec> {}

export const ValidatingAdmissionPolicyBinding = resource(
  'io.k8s.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding',
  {
    doc: 'Binds an admission policy to the requests and parameters that it applies to.',
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
