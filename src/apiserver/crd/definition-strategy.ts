// CustomResourceDefinitions: accepted and established at once, since nobody but this server serves them.
import type { CustomResourceDefinition } from '../../api/kinds/apiextensions/v1/custom-resource-definition.ts';
import type { AnyObject, Strategy } from '../registry/strategy.ts';

/** Holds a definition until its objects are gone. */
export const CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

const definitionOf = (object: AnyObject) => object as unknown as CustomResourceDefinition;

function fillNames({ spec }: CustomResourceDefinition): void {
  const { names } = spec ?? {};
  if (!names) return;
  names.singular ||= names.kind?.toLowerCase() ?? '';
  names.listKind ||= `${names.kind}List`;
}

export const definitionStrategy: Strategy = {
  prepareCreate(object, { now }) {
    const definition = definitionOf(object);
    fillNames(definition);
    const { finalizers = [] } = object.metadata;
    if (!finalizers.includes(CLEANUP)) object.metadata.finalizers = [...finalizers, CLEANUP];
    const condition = (type: string, reason: string, message: string) =>
      ({ type, status: 'True', reason, message, lastTransitionTime: now }) as const;
    definition.status = {
      acceptedNames: definition.spec?.names,
      conditions: [
        condition('NamesAccepted', 'NoConflicts', 'no conflicts found'),
        condition('Established', 'InitialNamesAccepted', 'the initial names have been accepted'),
      ],
      storedVersions: (definition.spec?.versions ?? []).filter((v) => v.storage).map((v) => v.name),
    };
  },
  prepareUpdate(object, old) {
    const definition = definitionOf(object);
    fillNames(definition);
    const status = definitionOf(old).status!;
    const stored = definition.spec?.versions?.find((v) => v.storage)?.name;
    const known = status.storedVersions ?? [];
    definition.status = {
      ...status,
      acceptedNames: definition.spec?.names,
      storedVersions: stored && !known.includes(stored) ? [...known, stored] : known,
    };
  },
};
