// Comparisons of templates and paths: values of different kinds do not compare. Upstream: funcs.go of text/template.
import { isInteger } from '../go-values/text.ts';

type Basic = 'bool' | 'int' | 'float' | 'string';

export function basicKind(value: unknown): Basic {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  if (isInteger(value)) return 'int';
  if (typeof value === 'number') return 'float';
  throw new Error('invalid type for comparison');
}

function requireAlike(left: unknown, right: unknown): Basic {
  const kind = basicKind(left);
  if (kind !== basicKind(right)) throw new Error('incompatible types for comparison');
  return kind;
}

export function isEqual(left: unknown, right: unknown): boolean {
  requireAlike(left, right);
  // A number may equal a bigint.
  // biome-ignore lint/suspicious/noDoubleEquals: both are of one kind
  return left == right;
}

export function isLess(left: unknown, right: unknown): boolean {
  if (requireAlike(left, right) === 'bool') throw new Error('invalid type for comparison');
  return (left as string) < (right as string);
}

const COMPARISONS: Readonly<Record<string, (left: unknown, right: unknown) => boolean>> = {
  '==': isEqual,
  '!=': (left, right) => !isEqual(left, right),
  '<': isLess,
  '<=': (left, right) => isLess(left, right) || isEqual(left, right),
  '>': (left, right) => !(isLess(left, right) || isEqual(left, right)),
  '>=': (left, right) => !isLess(left, right),
};

export function compare(operator: string, left: unknown, right: unknown): boolean {
  const comparison = Object.hasOwn(COMPARISONS, operator) ? COMPARISONS[operator] : undefined;
  if (!comparison) throw new Error(`unrecognized filter operator ${operator}`);
  return comparison(left, right);
}
