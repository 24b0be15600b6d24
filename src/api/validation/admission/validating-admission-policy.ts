// Validates ValidatingAdmissionPolicies and their bindings. Called through rule-book.ts.
// Paths and messages follow k8s.io/kubernetes pkg/apis/admissionregistration/validation.
import type { Steps } from '../../../kit/clock.ts';
import { addAll } from '../../../kit/lists.ts';
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
  Validation,
} from '../../kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { ValidatingAdmissionPolicyBinding } from '../../kinds/admissionregistration/v1/validating-admission-policy-binding.ts';
import { complaints, duplicate, type FieldError, invalid, notSupported, required } from '../field.ts';
import { isDNS1123Subdomain, isQualifiedName } from '../names.ts';
import type { Rules } from '../rules.ts';
import { type Compiler, compilerFor, expressionError, expressionErrors, missing } from './expressions.ts';
import {
  validateMatchConditions,
  validateMatchResources,
  validateParamKind,
  validateParamRef,
} from './matching.ts';

const REASONS = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];
export const FAILURE_POLICIES = ['Fail', 'Ignore'];
const ACTIONS = ['Audit', 'Deny', 'Warn'];
const longestValueExpression = 5 * 1024;
const mostAnnotations = 20;
const words = new Set(
  'true false null in as break const continue else for function if import let loop package namespace return var void while'.split(
    ' ',
  ),
);

export const validatingAdmissionPolicyRules: Rules<ValidatingAdmissionPolicy> = {
  createInSteps: ({ metadata, spec }) => validateSpec(metadata.name ?? '', spec ?? {}, true),
  updateInSteps: ({ metadata, spec }, old) =>
    // Conditions that did not change are not compiled again, unless what they may refer to has changed.
    validateSpec(
      metadata.name ?? '',
      spec ?? {},
      JSON.stringify([spec?.matchConditions, spec?.paramKind]) !==
        JSON.stringify([old.spec?.matchConditions, old.spec?.paramKind]),
    ),
  status: () => [],
};

function* validateSpec(
  name: string,
  spec: ValidatingAdmissionPolicySpec,
  checkConditions: boolean,
): Steps<FieldError[]> {
  const {
    failurePolicy,
    paramKind,
    matchConstraints,
    variables = [],
    validations = [],
    auditAnnotations = [],
  } = spec;
  const params = paramKind !== undefined;
  const compiler = compilerFor({ params, authorizer: true }, variables.length > 0);
  const conditions = compilerFor({ params, authorizer: true }, false);
  const errors: FieldError[] = [];
  if (failurePolicy === undefined) errors.push(required('spec.failurePolicy'));
  else if (!FAILURE_POLICIES.includes(failurePolicy))
    errors.push(notSupported('spec.failurePolicy', failurePolicy, FAILURE_POLICIES));
  if (paramKind) addAll(errors, validateParamKind(paramKind, 'spec.paramKind'));
  if (!matchConstraints) errors.push(required('spec.matchConstraints'));
  else {
    addAll(errors, validateMatchResources(matchConstraints, 'spec.matchConstraints'));
    if (!matchConstraints.resourceRules?.length) errors.push(required('spec.matchConstraints.resourceRules'));
  }
  if (checkConditions)
    addAll(
      errors,
      yield* validateMatchConditions(spec.matchConditions, () => conditions, 'spec.matchConditions'),
    );
  addAll(errors, yield* validateVariables(variables, compiler));
  if (validations.length === 0 && auditAnnotations.length === 0) {
    const why = 'validations or auditAnnotations must contain at least one item';
    return [...errors, required('spec.validations', why), required('spec.auditAnnotations', why)];
  }
  for (const [i, validation] of validations.entries())
    addAll(errors, yield* validateValidation(validation, compiler, `spec.validations[${i}]`));
  return [...errors, ...(yield* validateAnnotations(name, auditAnnotations, compiler))];
}

export function* validateVariables(
  variables: readonly { name: string; expression: string }[],
  compiler: Compiler,
): Steps<FieldError[]> {
  const errors: FieldError[] = [];
  for (const [i, { name = '', expression = '' }] of variables.entries()) {
    const path = `spec.variables[${i}]`;
    if (name.trim() === '') errors.push(missing(`${path}.name`, 'name'));
    else if (!/^[_a-zA-Z][_a-zA-Z0-9]*$/.test(name) || words.has(name))
      errors.push(invalid(`${path}.name`, name, 'must be a valid CEL identifier'));
    if (expression.trim() === '') {
      errors.push(missing(`${path}.expression`, 'expression'));
      continue;
    }
    const { error, internal } = yield* compiler.addVariable(name, expression);
    if (error !== undefined) errors.push(expressionError(`${path}.expression`, expression, error, internal));
    yield;
  }
  return errors;
}

function* validateValidation(validation: Validation, compiler: Compiler, path: string): Steps<FieldError[]> {
  const { expression = '', message, messageExpression, reason } = validation;
  const errors: FieldError[] = [];
  if (expression.trim() === '') errors.push(missing(`${path}.expression`, 'expression'));
  else addAll(errors, yield* expressionErrors(compiler, `${path}.expression`, expression, 'condition'));
  const empty = 'must be non-empty if specified';
  if (messageExpression) {
    if (messageExpression.trim() === '')
      errors.push(invalid(`${path}.messageExpression`, messageExpression, empty));
    else
      addAll(
        errors,
        yield* expressionErrors(compiler, `${path}.messageExpression`, messageExpression, 'message', {
          authorizer: false,
        }),
      );
  }
  if (message && message.trim() === '') errors.push(invalid(`${path}.message`, message, empty));
  else if (message && /[\n\r]/.test(message.trim()))
    errors.push(invalid(`${path}.message`, message, 'must not contain line breaks'));
  if (reason !== undefined && !REASONS.includes(reason))
    errors.push(notSupported(`${path}.reason`, reason, REASONS));
  return errors;
}

function* validateAnnotations(
  name: string,
  annotations: readonly AuditAnnotation[],
  compiler: Compiler,
): Steps<FieldError[]> {
  const errors: FieldError[] = [];
  if (annotations.length > mostAnnotations)
    return [
      invalid(
        'spec.auditAnnotations',
        annotations,
        `must not have more than ${mostAnnotations} auditAnnotations`,
      ),
    ];
  for (const [i, { key = '', valueExpression = '' }] of annotations.entries()) {
    const path = `spec.auditAnnotations[${i}]`;
    if (name === '') errors.push(invalid(`${path}.key`, key, 'requires metadata.name be non-empty'));
    else addAll(errors, complaints(`${path}.key`, `${name}/${key}`, isQualifiedName(`${name}/${key}`)));
    const text = valueExpression.trim();
    if (text === '') errors.push(missing(`${path}.valueExpression`, 'valueExpression'));
    else if (Buffer.byteLength(text) > longestValueExpression)
      errors.push(
        required(`${path}.valueExpression`, `must not exceed ${longestValueExpression} bytes in length`),
      );
    else
      addAll(
        errors,
        yield* expressionErrors(compiler, `${path}.valueExpression`, text, 'annotation', {
          value: valueExpression,
        }),
      );
    if (annotations.findIndex((other) => other.key === key) !== i) errors.push(duplicate(`${path}.key`, key));
  }
  return errors;
}

export const validatingAdmissionPolicyBindingRules: Rules<ValidatingAdmissionPolicyBinding> = {
  create: ({ spec = {} }) => {
    const { policyName = '', paramRef, matchResources, validationActions = [] } = spec;
    return [
      ...(policyName === ''
        ? [required('spec.policyName')]
        : complaints('spec.policyName', policyName, isDNS1123Subdomain(policyName))),
      ...validateParamRef(paramRef, 'spec.paramRef'),
      ...validateMatchResources(matchResources, 'spec.matchResources'),
      ...validateActions(validationActions),
    ];
  },
};

function validateActions(actions: readonly string[]): FieldError[] {
  const path = 'spec.validationActions';
  const errors: FieldError[] = [];
  const seen = new Set<string>();
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) errors.push(notSupported(`${path}[${i}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(duplicate(`${path}[${i}]`, action));
    seen.add(action);
  }
  if (actions.includes('Deny') && actions.includes('Warn')) {
    const why =
      'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)';
    errors.push(invalid(path, actions, why));
  }
  if (actions.length === 0) errors.push(required(path, 'at least one validation action is required'));
  return errors;
}
