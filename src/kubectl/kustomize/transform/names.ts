// namePrefix, nameSuffix, namespace, and the hashes of generated names.
import { getKey, isObject } from '../../../api/patch/json.ts';
import type { Collection } from '../collection.ts';
import { type FieldSpec, visitFields } from '../fields/field-spec.ts';
import { nameHash } from '../generate/name-hash.ts';
import { type Gvk, idText, isSelected, type Resource } from '../resource.ts';
import { isClusterScoped } from '../scope.ts';

const KEEP_THEIR_NAMES: readonly Gvk[] = [
  { kind: 'CustomResourceDefinition' },
  { group: 'apiregistration.k8s.io', kind: 'APIService' },
  { kind: 'Namespace' },
];

export function addAffix(
  collection: Collection,
  affix: { readonly prefix?: string; readonly suffix?: string },
  specs: readonly FieldSpec[],
): void {
  const { prefix = '', suffix = '' } = affix;
  for (const resource of collection.all) {
    const id = resource.originalId;
    if (KEEP_THEIR_NAMES.some((kind) => isSelected(id, kind))) continue;
    for (const spec of specs) {
      if (!isSelected(id, spec)) continue;
      if (spec.path === 'metadata/name') {
        if (prefix) resource.prefixes.push(prefix);
        if (suffix) resource.suffixes.push(suffix);
        resource.remember();
      }
      visitFields(resource.id, resource.object, spec, ({ get, set }) =>
        set(`${prefix}${String(get())}${suffix}`),
      );
    }
  }
}

export function setNamespace(collection: Collection, namespace: string, specs: readonly FieldSpec[]): void {
  for (const resource of collection.all) {
    resource.remember();
    const { id } = resource;
    if (!isClusterScoped(id.group, id.version, id.kind)) resource.metadata.namespace = namespace;
    if (id.kind === 'RoleBinding' || id.kind === 'ClusterRoleBinding')
      setOfDefaultSubjects(resource, namespace);
    for (const spec of specs) {
      if (spec.path === 'metadata/namespace') continue;
      if (spec.path === 'metadata/name' && resource.object.apiVersion !== 'v1') continue;
      visitFields(
        id,
        resource.object,
        spec,
        ({ set }) => set(namespace),
        () => '',
      );
    }
    if (collection.withId(resource.id).length !== 1)
      throw new Error(`namespace transformation produces ID conflict: ${idText(resource.id)}`);
  }
}

function setOfDefaultSubjects({ object }: Resource, namespace: string): void {
  const subjects = getKey(object, 'subjects');
  if (!Array.isArray(subjects)) return;
  for (const subject of subjects)
    if (isObject(subject) && subject.name === 'default') subject.namespace = namespace;
}

export function addHashes(collection: Collection): void {
  for (const resource of collection.all) {
    if (!resource.needsHash) continue;
    const hash = nameHash(resource.object);
    resource.remember();
    resource.name = `${resource.name}-${hash}`;
  }
}
