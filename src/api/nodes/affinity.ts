// Whether a pod's nodeSelector and node affinity admit a node. Used by the scheduler and the DaemonSet controller.
// Follows k8s.io/component-helpers scheduling/corev1/nodeaffinity: terms are or-ed, the requirements of a term and-ed, and
// an empty term matches no node.
import type { Node } from '../kinds/core/v1/node.ts';
import type { NodeSelectorRequirement, NodeSelectorTerm } from '../kinds/core/v1/node-affinity.ts';
import type { PodSpec } from '../kinds/core/v1/pod-spec.ts';
import { labelsOf, nameOf } from '../meta/v1/object.ts';

/** The parts of a node that selector terms refer to. The scheduler's cached nodes implement it. */
export interface SelectableNode {
  readonly name: string;
  label(key: string): string | undefined;
}

export const selectableNode = (node: Readonly<Node>): SelectableNode => ({
  name: nameOf(node),
  label: (key) => labelsOf(node)[key],
});

type Placement = Pick<Readonly<PodSpec>, 'nodeSelector' | 'affinity'>;

/** True when nodeSelector and the required node affinity both match. */
export function matchesRequiredAffinity(spec: Placement | undefined, node: SelectableNode): boolean {
  for (const [key, value] of Object.entries(spec?.nodeSelector ?? {}))
    if (!hasLabel(node, key, value)) return false;
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => matchesTerm(term, node));
}

export function matchesTerm(term: Readonly<NodeSelectorTerm>, node: SelectableNode): boolean {
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length + fields.length === 0) return false;
  return (
    expressions.every((requirement) => matchesLabel(requirement, node.label(requirement.key))) &&
    fields.every((requirement) => matchesField(requirement, node))
  );
}

export interface Unmet {
  readonly requirement: Readonly<NodeSelectorRequirement>;
  /** What the node has of the label or field. */
  readonly actual: string | undefined;
}

/** The requirements of the term that the node does not meet; none of an empty term, although it matches no node. */
export const unmetRequirements = (term: Readonly<NodeSelectorTerm>, node: SelectableNode): Unmet[] => [
  ...(term.matchExpressions ?? [])
    .map((requirement) => ({ requirement, actual: node.label(requirement.key) }))
    .filter(({ requirement, actual }) => !matchesLabel(requirement, actual)),
  ...(term.matchFields ?? [])
    .filter((requirement) => !matchesField(requirement, node))
    .map((requirement) => ({ requirement, actual: node.name })),
];

/** The labels of nodeSelector that the node does not have. */
export const unmetLabels = (spec: Placement | undefined, node: SelectableNode) =>
  Object.entries(spec?.nodeSelector ?? {})
    .filter(([key, value]) => !hasLabel(node, key, value))
    .map(([key, value]) => ({ key, value, actual: node.label(key) }));

const hasLabel = (node: SelectableNode, key: string, value: string): boolean => node.label(key) === value;

function matchesLabel(
  { operator, values = [] }: NodeSelectorRequirement,
  actual: string | undefined,
): boolean {
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

/** The only field is the node's name, and the only operators are In and NotIn with one value. */
function matchesField(
  { key, operator, values = [] }: NodeSelectorRequirement,
  node: SelectableNode,
): boolean {
  if (key !== 'metadata.name' || values.length !== 1) return false;
  if (operator === 'In') return values[0] === node.name;
  return operator === 'NotIn' && values[0] !== node.name;
}

const isInteger = (text: string | undefined) => text !== undefined && /^[+-]?\d+$/.test(text);
