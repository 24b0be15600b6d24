// Compiles a ValidatingAdmissionPolicy, once per version of it, and evaluates it for a request.
// Upstream: staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/validating/validator.go.
import { Activation, type Outcome, OutOfBudget } from '../../../api/cel/admission/activation.ts';
import { AdmissionCompiler, type Expression, returns } from '../../../api/cel/admission/expressions.ts';
import { matchConditionsCostBudget, runtimeCostBudget } from '../../../api/cel/evaluate/budget.ts';
import { typeOfValue } from '../../../api/cel/values/value.ts';
import type {
  AuditAnnotation,
  ValidatingAdmissionPolicy,
  Validation,
} from '../../../api/kinds/admissionregistration/v1/validating-admission-policy.ts';
import type { Reason } from '../../../api/status/status-error.ts';
import type { Steps } from '../../../kit/clock.ts';
import { evaluateConditions } from './conditions.ts';
import { type Inputs, inputValues } from './inputs.ts';

interface CompiledValidation {
  readonly validation: Validation;
  readonly expression: Expression;
  readonly message: Expression | undefined;
}

interface CompiledAnnotation {
  readonly annotation: AuditAnnotation;
  readonly expression: Expression;
}

export interface CompiledPolicy {
  readonly failurePolicy: string;
  readonly variables: ReadonlyMap<string, Expression>;
  readonly conditions: readonly Expression[];
  readonly validations: readonly CompiledValidation[];
  readonly annotations: readonly CompiledAnnotation[];
}

export type Decision =
  | { readonly action: 'admit'; readonly message?: string }
  | { readonly action: 'deny'; readonly message: string; readonly reason: Reason; readonly failed: boolean };

export interface PolicyResult {
  readonly decisions: readonly Decision[];
  readonly annotations: readonly { readonly key: string; readonly value: string }[];
  /** Annotations that failed, which refuse the request if the failure policy is Fail. */
  readonly annotationErrors: readonly string[];
}

const longestMessage = 5 * 1024;

export function* compilePolicy({ spec }: ValidatingAdmissionPolicy): Steps<CompiledPolicy> {
  const { validations = [], auditAnnotations = [], matchConditions = [], variables = [] } = spec ?? {};
  const compiler = new AdmissionCompiler({ params: spec?.paramKind !== undefined, authorizer: true }, true);
  for (const { name, expression } of variables) yield* compiler.addVariable(name, expression);
  const conditions: Expression[] = [];
  for (const { expression } of matchConditions)
    conditions.push(yield* compiler.compile(expression, returns.condition));
  const compiled: CompiledValidation[] = [];
  for (const validation of validations) {
    const { messageExpression } = validation;
    compiled.push({
      validation,
      expression: yield* compiler.compile(validation.expression, returns.condition),
      message: messageExpression
        ? yield* compiler.compile(messageExpression, returns.message, false)
        : undefined,
    });
  }
  const annotations: CompiledAnnotation[] = [];
  for (const annotation of auditAnnotations) {
    const expression = yield* compiler.compile(annotation.valueExpression, returns.annotation);
    annotations.push({ annotation, expression });
  }
  return {
    failurePolicy: spec?.failurePolicy ?? 'Fail',
    variables: compiler.variables,
    conditions,
    validations: compiled,
    annotations,
  };
}

const nothing: PolicyResult = { decisions: [], annotations: [], annotationErrors: [] };

/** Each expression is a step: it may take tens of milliseconds. */
export function* evaluatePolicy(policy: CompiledPolicy, inputs: Inputs): Steps<PolicyResult> {
  const given = inputValues(inputs);
  if (policy.conditions.length > 0) {
    const activation = new Activation(given, policy.variables, matchConditionsCostBudget);
    const match = yield* evaluateConditions(policy.conditions, activation, policy.failurePolicy);
    if ('error' in match) return { ...nothing, decisions: [failed(policy, match.error)] };
    if (!match.matches) return nothing;
  }
  try {
    const decisions = yield* validate(policy, new Activation(given, policy.variables, runtimeCostBudget));
    const annotating = new Activation(given, policy.variables, runtimeCostBudget);
    return { decisions, ...(yield* annotate(policy, annotating)) };
  } catch (error) {
    if (error instanceof OutOfBudget) return { ...nothing, decisions: [failed(policy, error.message)] };
    throw error;
  }
}

const failed = ({ failurePolicy }: CompiledPolicy, message: string): Decision =>
  failurePolicy === 'Ignore'
    ? { action: 'admit', message }
    : { action: 'deny', message, reason: '', failed: true };

function* validate(policy: CompiledPolicy, activation: Activation): Steps<Decision[]> {
  const outcomes: Outcome[] = [];
  for (const { expression } of policy.validations) outcomes.push(yield* activation.evaluate(expression));
  const decisions: Decision[] = [];
  for (const [i, { validation, message }] of policy.validations.entries()) {
    const told = () => messageOf(validation, message, activation);
    decisions.push(yield* decisionOf(policy, validation, outcomes[i]!, told));
  }
  return decisions;
}

function* decisionOf(
  policy: CompiledPolicy,
  validation: Validation,
  { value, error }: Outcome,
  message: () => Steps<string>,
): Steps<Decision> {
  if (error !== undefined) return failed(policy, error);
  if (value === true) return { action: 'admit' };
  return {
    action: 'deny',
    message: yield* message(),
    reason: (validation.reason ?? 'Invalid') as Reason,
    failed: false,
  };
}

/** The message that an expression computes, if it is a short line; else the given one, else the expression. */
function* messageOf(
  validation: Validation,
  expression: Expression | undefined,
  activation: Activation,
): Steps<string> {
  const computed = expression === undefined ? undefined : (yield* activation.evaluate(expression)).value;
  const message = typeof computed === 'string' ? computed.trim() : '';
  if (message !== '' && !message.includes('\n') && Buffer.byteLength(message) <= longestMessage)
    return message;
  return validation.message?.trim() || `failed expression: ${validation.expression.trim()}`;
}

function* annotate(
  policy: CompiledPolicy,
  activation: Activation,
): Steps<Pick<PolicyResult, 'annotations' | 'annotationErrors'>> {
  const annotations: { key: string; value: string }[] = [];
  const annotationErrors: string[] = [];
  for (const { annotation, expression } of policy.annotations) {
    const { value, error } = yield* activation.evaluate(expression);
    if (error !== undefined) {
      if (policy.failurePolicy !== 'Ignore') annotationErrors.push(error);
    } else if (typeof value === 'string') {
      if (value.trim() !== '') annotations.push({ key: annotation.key, value: value.trim() });
    } else if (value !== null && value !== undefined) {
      const type = typeOfValue(value).name;
      annotationErrors.push(
        `valueExpression '${annotation.valueExpression}' resulted in unsupported return type: ${type}. Return type must be either string or null.`,
      );
    }
  }
  return { annotations, annotationErrors };
}
