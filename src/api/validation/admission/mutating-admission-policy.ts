// Validates MutatingAdmissionPolicies and their bindings. Called through rule-book.ts.
// Paths and messages follow k8s.io/kubernetes pkg/apis/admissionregistration/validation.
import type { Steps } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import type { MatchResources } from '../../kinds/admissionregistration/v1/matching.ts';
import type {
  MutatingAdmissionPolicy,
  MutatingAdmissionPolicySpec,
  Mutation,
} from '../../kinds/admissionregistration/v1/mutating-admission-policy.ts';
import type { MutatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/mutating-admission-policy-binding.ts';
import { complaints, type FieldError, invalid, notSupported, required } from '../field.ts';
import { isDNS1123Subdomain } from '../names.ts';
import type { Rules } from '../rules.ts';
import { type Compiler, compilerFor, mutationErrors } from './expressions.ts';
import {
  validateMatchConditions,
  validateMatchResources,
  validateParamKind,
  validateParamRef,
} from './matching.ts';
import { FAILURE_POLICIES, validateVariables } from './validating-admission-policy.ts';

const REINVOCATION_POLICIES = ['IfNeeded', 'Never'];
const PATCH_TYPES = ['ApplyConfiguration', 'JSONPatch'];
/** Requests with an object that can be changed. */
const OPERATIONS = ['CREATE', 'UPDATE'];

export const mutatingAdmissionPolicyRules: Rules<MutatingAdmissionPolicy> = {
  createInSteps: ({ spec }) => validateSpec(spec ?? {}, true),
  updateInSteps: ({ spec }, old) =>
    // Conditions that did not change are not compiled again, unless what they may refer to has changed.
    validateSpec(
      spec ?? {},
      JSON.stringify([spec?.matchConditions, spec?.paramKind]) !==
        JSON.stringify([old.spec?.matchConditions, old.spec?.paramKind]),
    ),
};

function* validateSpec(spec: MutatingAdmissionPolicySpec, checkConditions: boolean): Steps<FieldError[]> {
  const { failurePolicy, paramKind, matchConstraints, variables = [], mutations = [] } = spec;
  const params = paramKind !== undefined;
  const compiler = compilerFor({ params, authorizer: true }, true);
  const errors: FieldError[] = [];
  if (failurePolicy === undefined) errors.push(required('spec.failurePolicy'));
  else if (!FAILURE_POLICIES.includes(failurePolicy))
    errors.push(notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES));
  if (paramKind) addAll(errors, validateParamKind(paramKind, 'spec.paramKind'));
  addAll(errors, validateConstraints(matchConstraints, 'spec.matchConstraints'));
  if (checkConditions) {
    const conditions = compilerFor({ params, authorizer: true }, false);
    addAll(
      errors,
      yield* validateMatchConditions(spec.matchConditions, () => conditions, 'spec.matchConditions'),
    );
  }
  addAll(errors, yield* validateVariables(variables, compiler));
  if (mutations.length === 0)
    errors.push(required('spec.mutations', 'mutations must contain at least one item'));
  for (const [i, mutation] of mutations.entries())
    addAll(errors, yield* validateMutation(mutation, compiler, `spec.mutations[${i}]`));
  addAll(errors, validateReinvocation(spec.reinvocationPolicy));
  return errors;
}

function validateReinvocation(policy: string | undefined): FieldError[] {
  const path = 'spec.reinvocationPolicy';
  if (!policy) return [required(path)];
  return REINVOCATION_POLICIES.includes(policy) ? [] : [notSupported(path, policy, REINVOCATION_POLICIES)];
}

function validateConstraints(resources: MatchResources | undefined, path: string): FieldError[] {
  if (!resources) return [required(path)];
  const errors = validateMatchResources(resources, path);
  if (!resources.resourceRules?.length) errors.push(required(`${path}.resourceRules`));
  return [...errors, ...validateOperations(resources, path)];
}

const validateOperations = ({ resourceRules = [] }: MatchResources, path: string): FieldError[] =>
  resourceRules
    .flatMap(({ operations = [] }) => operations)
    .filter((operation) => !OPERATIONS.includes(operation))
    .map((operation) => notSupported(`${path}.resourceRules.operations`, operation, OPERATIONS));

function* validateMutation(mutation: Mutation, compiler: Compiler, path: string): Steps<FieldError[]> {
  const { patchType } = mutation;
  if (!patchType) return [required(`${path}.patchType`)];
  if (!PATCH_TYPES.includes(patchType)) return [notSupported(`${path}.patchType`, patchType, PATCH_TYPES)];
  const isJson = patchType === 'JSONPatch';
  const [own, other] = isJson
    ? (['jsonPatch', 'applyConfiguration'] as const)
    : (['applyConfiguration', 'jsonPatch'] as const);
  const errors: FieldError[] = [];
  const given = mutation[own];
  const expression = given?.expression?.trim() ?? '';
  if (!given) errors.push(required(`${path}.${own}`, `must be specified when patchType is ${patchType}`));
  else if (expression === '') errors.push(required(`${path}.${own}.expression`));
  else
    addAll(
      errors,
      yield* mutationErrors(
        compiler,
        `${path}.${own}.expression`,
        expression,
        isJson ? 'JSON patch' : 'apply configuration',
      ),
    );
  if (mutation[other])
    errors.push(
      invalid(`${path}.${other}`, `{${other}}`, `must not be specified when patchType is ${patchType}`),
    );
  return errors;
}

export const mutatingAdmissionPolicyBindingRules: Rules<MutatingAdmissionPolicyBinding> = {
  create: ({ spec = {} }) => {
    const { policyName = '', paramRef, matchResources } = spec;
    return [
      ...(policyName === ''
        ? [required('spec.policyName')]
        : complaints('spec.policyName', policyName, isDNS1123Subdomain(policyName))),
      ...validateParamRef(paramRef, 'spec.paramRef'),
      ...validateMatchResources(matchResources, 'spec.matchResources'),
      ...(matchResources ? validateOperations(matchResources, 'spec.matchResources') : []),
    ];
  },
};
