// labels, commonLabels, commonAnnotations and replicas.
import { isObject, setKey } from '../../../api/patch/json.ts';
import type { Collection } from '../collection.ts';
import type { FieldConfiguration } from '../fields/defaults.ts';
import { type FieldSpec, joinedSpecs, visitFields } from '../fields/field-spec.ts';
import type { LabelEntry } from '../kustomization.ts';
import { gvkText, isSelected } from '../resource.ts';

export function addPairs(
  collection: Collection,
  pairs: Readonly<Record<string, string>>,
  specs: readonly FieldSpec[],
): void {
  if (Object.keys(pairs).length === 0) return;
  for (const resource of collection.all)
    for (const spec of specs)
      visitFields(
        resource.id,
        resource.object,
        spec,
        ({ get, set }) => {
          const members = get();
          if (members !== null && !isObject(members))
            throw new Error('wrong node kind: expected MappingNode');
          const written = { ...members };
          for (const [key, value] of Object.entries(pairs)) setKey(written, key, String(value));
          set(written);
        },
        () => ({}),
      );
}

/** Where the labels of one entry of `labels` go. */
export function specsOfLabels(entry: LabelEntry, fields: FieldConfiguration): readonly FieldSpec[] {
  const own = joinedSpecs(entry.fields ?? [], fields.labels);
  if (entry.includeSelectors) return joinedSpecs(own, fields.commonLabels);
  const more = entry.includeTemplates ? joinedSpecs(own, fields.templateLabels) : own;
  return joinedSpecs(more, [{ path: 'metadata/labels', create: true }]);
}

export function setReplicas(
  collection: Collection,
  { name = '', count = 0 }: { readonly name?: string; readonly count?: number },
  specs: readonly FieldSpec[],
): void {
  let found = false;
  for (const spec of specs)
    for (const resource of collection.matching((id) => id.name === name && isSelected(id, spec))) {
      found = true;
      visitFields(
        resource.id,
        resource.object,
        spec,
        ({ set }) => set(count),
        () => 0,
      );
    }
  if (!found)
    throw new Error(
      `resource with name ${name} does not match a config with the following GVK [${specs.map(gvkText).join(' ')}]`,
    );
}
