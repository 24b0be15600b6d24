// Expressions in the configuration of authentication, with the errors of their fields. Called by mapping-rules.ts and
// validation-rules.ts.
import { compileOver, type Expression, isProblem } from '../../../api/cel/access/expressions.ts';
import { children, type Node } from '../../../api/cel/syntax/tree.ts';
import { type FieldError, invalid } from '../../../api/validation/field.ts';

/** Adds to `errors`; undefined if the expression does not compile. */
export function compiled(
  variable: 'claims' | 'user',
  text: string,
  condition: boolean,
  path: string,
  errors: FieldError[],
): Expression | undefined {
  const made = compileOver(variable, text, condition);
  if (!isProblem(made)) return made;
  errors.push(
    made.internal
      ? { type: 'InternalError', field: path, message: `Internal error: ${made.error}` }
      : invalid(path, text, made.error),
  );
  return undefined;
}

/** Whether an expression reads the claim: claims.NAME, claims.?NAME or has(claims.NAME). */
export const reads = ({ compiled: { tree } }: Expression, claim: string): boolean => selects(tree, claim);

function selects(node: Node, claim: string): boolean {
  if (node.kind === 'select' && node.field === claim && isClaims(node.operand)) return true;
  if (node.kind === 'call' && node.name === '_?._') {
    const [operand, field] = node.arguments;
    if (operand && isClaims(operand) && field?.kind === 'literal' && field.value === claim) return true;
  }
  return children(node).some((child) => selects(child, claim));
}

const isClaims = (node: Node): boolean => node.kind === 'identifier' && node.name === 'claims';
