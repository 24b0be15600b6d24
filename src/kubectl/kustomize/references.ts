// Fields that name other resources follow when those are renamed: the field says an earlier name, and gets the current one.
import { isObject, type JsonObject } from '../../api/patch/json.ts';
import type { Collection } from './collection.ts';
import { type FieldSpec, type Place, visitFields } from './fields/field-spec.ts';
import type { NameReference } from './fields/name-references.ts';
import { effectiveNamespace, type Gvk, idText, isSelected, type Resource } from './resource.ts';

const NO_NAMESPACE = '_non_namespaceable_';

export function fixReferences(collection: Collection, references: readonly NameReference[]): void {
  for (const referrer of collection.all) {
    const candidates = candidatesFor(referrer, collection);
    const id = referrer.originalId;
    for (const target of references)
      for (const spec of target.fieldSpecs)
        if (isSelected(id, spec)) new Reference(referrer, target, spec, candidates).fix();
  }
}

/** Resources of other namespaces are meant only by roles and subjects. */
function candidatesFor(referrer: Resource, collection: Collection): readonly Resource[] {
  const own = effectiveNamespace(referrer.id);
  if (own === NO_NAMESPACE) return collection.all;
  const subjects = referrer.kind === 'RoleBinding' ? referrer.object.subjects : undefined;
  const named = new Set(
    (Array.isArray(subjects) ? subjects : [])
      .filter((subject) => isObject(subject) && subject.kind === 'ServiceAccount')
      .map((subject: JsonObject) => subject.namespace),
  );
  return collection.all.filter((resource) => {
    const namespace = effectiveNamespace(resource.id);
    return namespace === NO_NAMESPACE || namespace === own || named.has(resource.namespace);
  });
}

class Reference {
  readonly #referrer: Resource;
  readonly #target: Gvk;
  readonly #spec: FieldSpec;
  readonly #candidates: readonly Resource[];

  constructor(referrer: Resource, target: Gvk, spec: FieldSpec, candidates: readonly Resource[]) {
    this.#referrer = referrer;
    this.#target = target;
    this.#spec = spec;
    this.#candidates = candidates;
  }

  fix(): void {
    const { path } = this.#spec;
    // The kind is that of the referrer's original; it may have changed.
    visitFields(this.#referrer.id, this.#referrer.object, { path }, (place) => this.#set(place));
  }

  #set(place: Place): void {
    const value = place.get();
    if (value === null || value === undefined) return;
    if (Array.isArray(value))
      value.forEach((element, i) => {
        this.#set({
          get: () => element as unknown,
          set: (next) => {
            value[i] = next;
          },
        });
      });
    else if (isObject(value)) this.#setObject(value);
    else {
      const found = this.#find(String(value), this.#candidates, (one) => one.name);
      if (found && found.name !== value) place.set(found.name);
    }
  }

  #setObject(value: JsonObject): void {
    if (value.name === undefined) throw new Error("path config error; no 'name' field in node");
    const named =
      value.namespace === undefined ? this.#candidates : this.#inNamespace(String(value.namespace));
    const found = this.#find(String(value.name), named, (one) => `${one.namespace}/${one.name}`);
    if (!found) return;
    value.name = found.name;
    if (found.namespace) value.namespace = found.namespace;
  }

  #inNamespace(namespace: string): readonly Resource[] {
    const originally = this.#candidates.filter((one) => effectiveNamespace(one.originalId) === namespace);
    if (originally.length > 0) return originally;
    return this.#candidates.filter((one) => effectiveNamespace(one.id) === namespace);
  }

  #find(name: string, among: readonly Resource[], identity: (one: Resource) => string): Resource | undefined {
    let found = among.filter(
      (one) =>
        one.previousIds.some((id) => id.name === name) &&
        one.previousIds.some((id) => isSelected(id, this.#target)) &&
        this.#suitsRoleRef(one) &&
        this.#inSameNamespace(one),
    );
    if (found.length > 1) found = found.filter((one) => sameAffixes(one, this.#referrer, true));
    if (found.length > 1) found = found.filter((one) => sameAffixes(one, this.#referrer, false));
    if (new Set(found.map(identity)).size <= 1) return found[0];
    throw new Error(
      `updating name reference in '${this.#spec.path}' field of '${idText(this.#referrer.id)}': found multiple possible referrals: ${found.map((one) => idText(one.id)).join(', ')}`,
    );
  }

  #suitsRoleRef(one: Resource): boolean {
    const { roleRef } = this.#referrer.object;
    if (!this.#spec.path.endsWith('roleRef/name') || !isObject(roleRef)) return true;
    const { apiGroup, kind } = roleRef;
    if (typeof apiGroup !== 'string' || typeof kind !== 'string') return true;
    return one.previousIds.some((id) => isSelected(id, { group: apiGroup, kind }));
  }

  #inSameNamespace(one: Resource): boolean {
    const [own, other] = [effectiveNamespace(this.#referrer.id), effectiveNamespace(one.id)];
    return own === NO_NAMESPACE || other === NO_NAMESPACE || one.kind === 'ServiceAccount' || own === other;
  }
}

function sameAffixes(a: Resource, b: Resource, emptyMatches: boolean): boolean {
  const same = (left: readonly string[], right: readonly string[]): boolean => {
    if (emptyMatches && (left.length === 0 || right.length === 0)) return true;
    const [short, long] = left.length > right.length ? [right, left] : [left, right];
    if (short.length === 0) return long.length === 0;
    return short.every((affix, i) => affix === long[i + long.length - short.length]);
  };
  return same(a.prefixes, b.prefixes) && same(a.suffixes, b.suffixes);
}
