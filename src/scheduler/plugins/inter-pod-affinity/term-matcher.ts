// Whether a pod is one of those that an affinity term selects: its namespace and its labels match.
import type { AffinityTerm, SelectablePod } from '../../cache/pod-info.ts';
import type { TallySpec } from '../../cache/tallies.ts';

export type TermMatcher = (term: AffinityTerm, pod: SelectablePod) => boolean;

/** `namespaceLabels` looks a namespace's labels up, for terms with a namespaceSelector. */
export function termMatcher(
  namespaceLabels: (name: string) => Readonly<Record<string, string>>,
): TermMatcher {
  return (term, { namespace, labels }) => {
    const inNamespace =
      term.namespaces.has(namespace) || term.namespaceSelector?.matches(namespaceLabels(namespace)) === true;
    return inNamespace && term.selector.matches(labels);
  };
}

/** A pod that does not match every required affinity term counts for none of them. */
export const matchesAll = (
  matches: TermMatcher,
  terms: readonly AffinityTerm[],
  pod: SelectablePod,
): boolean => terms.length > 0 && terms.every((term) => matches(term, pod));

/** The pods that match all of the terms, per domain of the topology key. */
export function matchingAll(
  matches: TermMatcher,
  terms: readonly AffinityTerm[],
  topologyKey: string,
): TallySpec {
  const spec: TallySpec = {
    counts: (pod) => matchesAll(matches, terms, pod),
    domainOf: (node) => node.label(topologyKey),
  };
  // A namespace may get other labels.
  if (terms.some(({ namespaceSelector }) => namespaceSelector)) return spec;
  return { ...spec, key: JSON.stringify(['pods', topologyKey, ...terms.map(({ key }) => key)]) };
}

export const matchingOne = (matches: TermMatcher, term: AffinityTerm): TallySpec =>
  matchingAll(matches, [term], term.topologyKey);
