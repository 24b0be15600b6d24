// Promise: the status of every ValidatingAdmissionPolicy says which of its expressions do not fit the types of the objects that it
// applies to. What checks them is loaded with the first policy. Upstream: pkg/controller/validatingadmissionpolicystatus.
import { ValidatingAdmissionPolicy } from '../../api/kinds/admissionregistration/v1/validating-admission-policy.ts';
import { nameOf } from '../../api/meta/v1/object.ts';
import { type Controller, type ControllerContext, watch } from '../framework/controller.ts';

const FIELD_MANAGER = 'validatingadmissionpolicy-status';

export function createPolicyStatusController({ client, informers, openApi }: ControllerContext): Controller {
  const policies = informers.informer(ValidatingAdmissionPolicy);
  const keysOf = (policy: Readonly<ValidatingAdmissionPolicy>) => [nameOf(policy)];
  return {
    name: 'validatingadmissionpolicy-status-controller',
    watches: [watch(policies, { onAdd: keysOf, onUpdate: keysOf, onDelete: () => [] })],
    reconcile: async (name) => {
      const policy = policies.lister.get(name);
      const { generation = 0 } = policy?.metadata ?? {};
      if (!policy?.spec || generation <= (policy.status?.observedGeneration ?? 0)) return undefined;
      const { spec, apiVersion, kind } = policy;
      const { ready, kindsOf, paramType, warningsOf } = await import('./type-check.ts');
      await ready();
      const kinds = await kindsOf(spec.matchConstraints, openApi);
      const warnings = warningsOf(spec, kinds, spec.paramKind && (await paramType(spec.paramKind, openApi)));
      const typeChecking = warnings.length > 0 ? { expressionWarnings: warnings } : {};
      await client.patch(
        ValidatingAdmissionPolicy,
        name,
        undefined,
        'apply',
        { apiVersion, kind, metadata: { name }, status: { observedGeneration: generation, typeChecking } },
        { fieldManager: FIELD_MANAGER, force: true, subresource: 'status' },
      );
      return undefined;
    },
  };
}
