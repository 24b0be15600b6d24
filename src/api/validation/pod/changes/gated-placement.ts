// Where a pod with scheduling gates may run can be narrowed: its node selector, and the node affinity it requires. What it prefers may
// change. Paths and messages follow ValidatePodUpdate in k8s.io/kubernetes pkg/apis/core/validation. Called by update.ts.
import type { NodeAffinity, NodeSelectorTerm } from '../../../kinds/core/v1/node-affinity.ts';
import type { PodSpec } from '../../../kinds/core/v1/pod-spec.ts';
import { errorsOfItems, type FieldError, invalid } from '../../field.ts';
import { semanticEqual } from '../../semantic.ts';

interface Placed {
  /** With the old placement, where it may change. */
  readonly spec: PodSpec;
  readonly errors: readonly FieldError[];
}

export function withOldPlacement(spec: PodSpec, old: PodSpec): Placed {
  if (!old.schedulingGates?.length) return { spec, errors: [] };
  const placed: PodSpec = { ...spec };
  if (old.nodeSelector) placed.nodeSelector = old.nodeSelector;
  else delete placed.nodeSelector;
  const before = old.affinity?.nodeAffinity;
  const affinity = { ...spec.affinity };
  if (before) affinity.nodeAffinity = before;
  else delete affinity.nodeAffinity;
  if (Object.keys(affinity).length > 0 || old.affinity) placed.affinity = affinity;
  else delete placed.affinity;
  return {
    spec: placed,
    errors: [...selectorErrors(spec, old), ...affinityErrors(spec.affinity?.nodeAffinity, before)],
  };
}

function selectorErrors({ nodeSelector }: PodSpec, old: PodSpec): FieldError[] {
  const kept = Object.entries(old.nodeSelector ?? {}).every(
    ([key, value]) => nodeSelector && Object.hasOwn(nodeSelector, key) && nodeSelector[key] === value,
  );
  return kept
    ? []
    : [
        invalid(
          'spec.nodeSelector',
          nodeSelector ?? null,
          'only additions to spec.nodeSelector are allowed (no mutations or deletions)',
        ),
      ];
}

const termsOf = (affinity: NodeAffinity | undefined): readonly NodeSelectorTerm[] =>
  affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];

function affinityErrors(now: NodeAffinity | undefined, before: NodeAffinity | undefined): FieldError[] {
  const path = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
  const [terms, oldTerms] = [termsOf(now), termsOf(before)];
  if (oldTerms.length === 0) return [];
  if (terms.length !== oldTerms.length)
    return [
      invalid(
        path,
        terms.length > 0 ? terms.map(shownTerm) : null,
        'no additions/deletions to non-empty NodeSelectorTerms list are allowed',
      ),
    ];
  return errorsOfItems(oldTerms, (oldTerm, i) =>
    isNarrowed(terms[i]!, oldTerm)
      ? []
      : [
          invalid(
            `${path}[${i}]`,
            shownTerm(terms[i]!),
            'only additions are allowed (no mutations or deletions)',
          ),
        ],
  );
}

/** Requirements may be added behind the old ones; an empty term, which matches no node, stays empty. */
function isNarrowed(term: NodeSelectorTerm, old: NodeSelectorTerm): boolean {
  const lists = ['matchExpressions', 'matchFields'] as const;
  if (lists.every((list) => !old[list]?.length)) return lists.every((list) => !term[list]?.length);
  return lists.every((list) => {
    const before = old[list] ?? [];
    return semanticEqual((term[list] ?? []).slice(0, before.length), before);
  });
}

/** As upstream shows it, whose internal types have no JSON names. */
const shownTerm = ({ matchExpressions, matchFields }: NodeSelectorTerm) => {
  const list = (requirements: NodeSelectorTerm['matchExpressions']) =>
    requirements?.map(({ key, operator, values }) => ({
      Key: key,
      Operator: operator,
      Values: values ?? null,
    })) ?? null;
  return { MatchExpressions: list(matchExpressions), MatchFields: list(matchFields) };
};
