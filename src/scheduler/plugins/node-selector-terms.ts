// Node selector terms against a node: terms are or-ed, the requirements of one term and-ed; an empty term matches nothing.
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../../api/kinds/core/v1/node-affinity.ts';
import type { NodeInfo } from '../cache/node-info.ts';

export const matchesAnyTerm = (terms: readonly NodeSelectorTerm[], node: NodeInfo): boolean =>
  terms.some((term) => matchesTerm(term, node));

export function matchesTerm(term: NodeSelectorTerm, node: NodeInfo): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((requirement) => matches(requirement, node.label(requirement.key))) &&
    fields.every((requirement) => requirement.key === 'metadata.name' && matches(requirement, node.name))
  );
}

function matches({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return actual !== undefined && values.includes(actual);
    case 'NotIn':
      return actual === undefined || !values.includes(actual);
    case 'Exists':
      return actual !== undefined;
    case 'DoesNotExist':
      return actual === undefined;
    case 'Gt':
      return isInteger(actual) && Number(actual) > Number(values[0]);
    case 'Lt':
      return isInteger(actual) && Number(actual) < Number(values[0]);
    default:
      return false;
  }
}

const isInteger = (text: string | undefined) => text !== undefined && /^[+-]?\d+$/.test(text);
