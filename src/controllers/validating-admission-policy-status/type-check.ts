// Checks the expressions of a policy against the types of all objects that it applies to. Pure.
// Upstream: TypeChecker in apiserver/pkg/admission/plugin/policy/validating/typechecking.go.
import { AdmissionCompiler } from '../../api/cel/admission/expressions.ts';
import type { Type } from '../../api/cel/types/type.ts';
import type {
  ExpressionWarning,
  ValidatingAdmissionPolicySpec,
} from '../../api/kinds/admissionregistration/v1/validating-admission-policy.ts';
import { atOnce } from '../../kit/clock.ts';
import type { TypedKind } from './kinds.ts';

export { ready } from '../../api/cel/admission/expressions.ts';
export { kindsOf, paramType } from './kinds.ts';

export function warningsOf(
  spec: ValidatingAdmissionPolicySpec,
  kinds: readonly TypedKind[],
  paramsType: Type | undefined,
): ExpressionWarning[] {
  const compilers = kinds.map((kind) => ({ kind, compiler: compilerFor(spec, kind.type, paramsType) }));
  const warn = (fieldRef: string, expression: string | undefined): ExpressionWarning[] => {
    if (!expression) return [];
    const texts = compilers.flatMap(({ kind: { group, version, kind }, compiler }) => {
      const issues = compiler.issuesOf(expression);
      return issues === undefined ? [] : [`${group}/${version}, Kind=${kind}: ${issues}\n`];
    });
    return texts.length > 0 ? [{ fieldRef, warning: texts.join('\n') }] : [];
  };
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, i) => [
    ...warn(`spec.validations[${i}].expression`, expression),
    ...warn(`spec.validations[${i}].messageExpression`, messageExpression),
  ]);
}

function compilerFor(
  { paramKind, variables = [] }: ValidatingAdmissionPolicySpec,
  objectType: Type,
  paramsType: Type | undefined,
): AdmissionCompiler {
  const types = { objectType, ...(paramsType && { paramsType }) };
  const compiler = new AdmissionCompiler(
    { params: paramKind !== undefined, authorizer: true, ...types },
    true,
  );
  for (const { name, expression } of variables) atOnce(compiler.addVariable(name, expression));
  return compiler;
}
