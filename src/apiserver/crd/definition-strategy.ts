// CustomResourceDefinitions are accepted and established when they are created. Upstream's naming and establishing
// controllers do this later; names are not compared between definitions here.
import type { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { Strategy } from '../registry/strategy.ts';

/** The finalizer that custom-kinds.ts removes after the definition's objects are deleted. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

function fillNames({ spec }: CustomResourceDefinition): void {
  const { names } = spec ?? {};
  if (!names) return;
  names.singular ||= names.kind?.toLowerCase() ?? '';
  names.listKind ||= `${names.kind}List`;
}

export const definitionStrategy: Strategy<CustomResourceDefinition> = {
  generation: true,
  unconditionalUpdate: false,
  prepareCreate(definition, { now }) {
    fillNames(definition);
    const { metadata, spec } = definition;
    const { finalizers = [] } = metadata;
    if (!finalizers.includes(CLEANUP)) metadata.finalizers = [...finalizers, CLEANUP];
    const condition = (type: string, reason: string, message: string) =>
      ({ type, status: 'True', reason, message, lastTransitionTime: now }) as const;
    definition.status = {
      acceptedNames: spec?.names,
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      storedVersions: (spec?.versions ?? []).filter((v) => v.storage).map((v) => v.name),
    };
  },
  prepareUpdate(definition, old) {
    fillNames(definition);
    const status = old.status!;
    const stored = definition.spec?.versions?.find((v) => v.storage)?.name;
    const known = status.storedVersions ?? [];
    definition.status = {
      ...status,
      acceptedNames: definition.spec?.names,
      storedVersions: stored && !known.includes(stored) ? [...known, stored] : known,
    };
  },
};
