// Compiles a MutatingAdmissionPolicy, once per version of it, and computes what its mutations make of an object. Loaded with the
// first policy. Upstream: compilation.go and patch/ in staging/src/k8s.io/apiserver/pkg/admission/plugin/policy/mutating.
import { Activation, OutOfBudget } from '../../../../api/cel/admission/activation.ts';
import { AdmissionCompiler, type Expression, returns } from '../../../../api/cel/admission/expressions.ts';
import { matchConditionsCostBudget, runtimeCostBudget } from '../../../../api/cel/evaluate/budget.ts';
import { Built } from '../../../../api/cel/mutation/built.ts';
import { builtJson, MutationError } from '../../../../api/cel/mutation/json.ts';
import { isList, type Value } from '../../../../api/cel/values/value.ts';
import { inspect } from '../../../../api/codec/decode.ts';
import type {
  MutatingAdmissionPolicy,
  Mutation,
} from '../../../../api/kinds/admissionregistration/v1/mutating-admission-policy.ts';
import { apiVersionOf } from '../../../../api/meta/v1/resource.ts';
import { applyConfiguration } from '../../../../api/patch/apply-configuration.ts';
import { DoesNotFit, patched, TestFailed } from '../../../../api/patch/json-patch.ts';
import type { StructType } from '../../../../api/schema/notation.ts';
import { internalError, StatusError } from '../../../../api/status/status-error.ts';
import type { Steps } from '../../../../kit/clock.ts';
import { type Carried, isWhole } from '../../../registry/admission.ts';
import { evaluateConditions, type Match } from '../conditions.ts';
import { type Inputs, inputValues } from '../inputs.ts';

export { ready } from '../../../../api/cel/admission/expressions.ts';
export { MutationError, OutOfBudget };

interface CompiledMutation {
  readonly expression: Expression;
  readonly isJsonPatch: boolean;
}

export interface CompiledMutations {
  readonly failurePolicy: string;
  readonly variables: ReadonlyMap<string, Expression>;
  readonly conditions: readonly Expression[];
  readonly mutations: readonly CompiledMutation[];
}

export function* compileMutations({ spec }: MutatingAdmissionPolicy): Steps<CompiledMutations> {
  const { matchConditions = [], variables = [], mutations = [] } = spec ?? {};
  const compiler = new AdmissionCompiler({ params: spec?.paramKind !== undefined, authorizer: true }, true);
  for (const { name, expression } of variables) yield* compiler.addVariable(name, expression);
  const conditions: Expression[] = [];
  for (const { expression } of matchConditions)
    conditions.push(yield* compiler.compile(expression, returns.condition));
  const compiled: CompiledMutation[] = [];
  for (const mutation of mutations) compiled.push(yield* compileMutation(compiler, mutation));
  return {
    failurePolicy: spec?.failurePolicy ?? 'Fail',
    variables: compiler.variables,
    conditions,
    mutations: compiled,
  };
}

function* compileMutation(
  compiler: AdmissionCompiler,
  { patchType, applyConfiguration: apply, jsonPatch }: Mutation,
): Steps<CompiledMutation> {
  const isJsonPatch = patchType === 'JSONPatch';
  const text = (isJsonPatch ? jsonPatch?.expression : apply?.expression) ?? '';
  const types = isJsonPatch ? returns['JSON patch'] : returns['apply configuration'];
  return { expression: yield* compiler.compileMutation(text, types), isJsonPatch };
}

export function* conditionsHold(
  { conditions, variables, failurePolicy }: CompiledMutations,
  inputs: Inputs,
): Steps<Match> {
  if (conditions.length === 0) return { matches: true };
  const activation = new Activation(inputValues(inputs), variables, matchConditionsCostBudget);
  // The failure policy is applied to all errors at the end.
  const match = yield* evaluateConditions(conditions, activation, 'Fail');
  return failurePolicy === 'Ignore' && 'error' in match ? { matches: false } : match;
}

/** What one mutation makes of the object; a new object that may share parts with it. Throws a MutationError or OutOfBudget. */
export function* mutated(
  { variables }: CompiledMutations,
  { expression, isJsonPatch }: CompiledMutation,
  inputs: Inputs,
): Steps<Carried> {
  const { attributes, seen } = inputs;
  const schema = isWhole(attributes) ? seen.kind : attributes.schema;
  const activation = new Activation(inputValues(inputs), variables, runtimeCostBudget);
  const { value, error } = yield* activation.evaluate(expression);
  if (error !== undefined) throw new MutationError(error);
  return isJsonPatch ? patchedBy(value!, schema, inputs) : appliedTo(value!, schema, inputs);
}

function appliedTo(value: Value, schema: StructType, { seen }: Inputs): Carried {
  const object = seen.object!;
  const { resource } = seen.kind;
  const { apiVersion = apiVersionOf(resource), kind = resource.kind } = object;
  const fields = builtJson(value, 'Object') as object;
  let merged: unknown;
  try {
    merged = applyConfiguration(schema, object, { ...fields, apiVersion, kind });
  } catch (error) {
    throw new MutationError(`error applying patch: ${(error as Error).message}`, { cause: error });
  }
  const { object: made, problem } = inspect(schema, merged);
  if (problem !== undefined) throw new MutationError(`error applying patch: ${problem}`);
  return made as Carried;
}

function patchedBy(value: Value, schema: StructType, { attributes, seen }: Inputs): Carried {
  const operations = isList(value) ? [...value].map(operationOf) : [];
  let document: unknown;
  try {
    document = patched(seen.object, operations);
  } catch (error) {
    // The patch as a whole is not applied, which is no error.
    if (error instanceof TestFailed) return seen.object!;
    if (error instanceof DoesNotFit || error instanceof StatusError)
      throw new MutationError(`JSON Patch: ${error.message}`, { cause: error });
    throw error;
  }
  const { object, unknown, problem } = inspect(schema, document);
  const [first] = seen.kind.custom && isWhole(attributes) ? [] : unknown;
  const why =
    problem ??
    (first === undefined ? undefined : `strict decoding error: unknown field ${JSON.stringify(first)}`);
  if (why !== undefined) throw internalError(new Error(why));
  return object as Carried;
}

function operationOf(operation: Value): object {
  if (!(operation instanceof Built)) throw new MutationError('type mismatch: not a JSONPatch');
  const { op = '', path = '', from, value } = Object.fromEntries(operation.fields);
  return {
    op,
    path,
    ...(from && { from }),
    ...(value !== undefined && {
      value: builtJson(value, value instanceof Built ? value.type.name : undefined),
    }),
  };
}
