// One object of a kustomization, with what happened to it: the names it had, prefixes and suffixes, and what generators said.
// Upstream keeps this in annotations that it removes at the end. Objects are changed in place.
import { getKey, isObject, type JsonObject, setKey } from '../../api/patch/json.ts';
import { isClusterScoped } from './scope.ts';

export interface Gvk {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
}

export interface ResourceId {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
}

export type Behavior = 'unspecified' | 'create' | 'replace' | 'merge';

const NO_NAMESPACE = '_non_namespaceable_';

export function splitApiVersion(apiVersion: string): { group: string; version: string } {
  const slash = apiVersion.indexOf('/');
  return slash < 0
    ? { group: '', version: apiVersion }
    : { group: apiVersion.slice(0, slash), version: apiVersion.slice(slash + 1) };
}

export function effectiveNamespace({ group, version, kind, namespace }: ResourceId): string {
  if (namespace === NO_NAMESPACE || isClusterScoped(group, version, kind)) return NO_NAMESPACE;
  return namespace === '' ? 'default' : namespace;
}

export const sameId = (a: ResourceId, b: ResourceId): boolean =>
  a.name === b.name &&
  a.kind === b.kind &&
  a.group === b.group &&
  a.version === b.version &&
  effectiveNamespace(a) === effectiveNamespace(b);

/** Empty parts of the selector match everything. */
export const isSelected = (id: Gvk, selector: Gvk): boolean =>
  (!selector.group || selector.group === id.group) &&
  (!selector.version || selector.version === id.version) &&
  (!selector.kind || selector.kind === id.kind);

export const gvkText = ({ group, version, kind }: Gvk): string =>
  `${kind || '[noKind]'}.${version || '[noVer]'}.${group || '[noGrp]'}`;

export const idText = (id: ResourceId): string =>
  `${gvkText(id)}/${id.name || '[noName]'}.${id.namespace || '[noNs]'}`;

const textAt = (object: JsonObject, key: string): string => {
  const value = getKey(object, key);
  return typeof value === 'string' ? value : '';
};

export class Resource {
  object: JsonObject;
  readonly previous: ResourceId[] = [];
  readonly prefixes: string[] = [];
  readonly suffixes: string[] = [];
  behavior: Behavior = 'unspecified';
  needsHash = false;
  /** A patch removed it. */
  removed = false;

  constructor(object: JsonObject) {
    this.object = object;
  }

  get metadata(): JsonObject {
    const metadata = getKey(this.object, 'metadata');
    if (isObject(metadata)) return metadata;
    const made: JsonObject = {};
    this.object.metadata = made;
    return made;
  }

  get kind(): string {
    return textAt(this.object, 'kind');
  }

  get name(): string {
    return textAt(this.metadata, 'name');
  }

  set name(name: string) {
    this.metadata.name = name;
  }

  get namespace(): string {
    return textAt(this.metadata, 'namespace');
  }

  get id(): ResourceId {
    const { kind, name, namespace } = this;
    return { ...splitApiVersion(textAt(this.object, 'apiVersion')), kind, name, namespace };
  }

  get originalId(): ResourceId {
    const { id } = this;
    const first = this.previous[0];
    return first ? { ...first, group: id.group, version: id.version } : id;
  }

  /** All ids it ever had, with its version of today; the current one last. */
  get allIds(): ResourceId[] {
    const { id } = this;
    return [...this.previousIds, id];
  }

  get previousIds(): ResourceId[] {
    const { group, version } = this.id;
    return this.previous.map((one) => ({ ...one, group, version }));
  }

  /** To be called before the name, the namespace or the kind changes. */
  remember(): void {
    const { id } = this;
    this.previous.push({ ...id, namespace: effectiveNamespace(id) });
  }

  strings(where: 'labels' | 'annotations'): Record<string, string> {
    const values = getKey(this.metadata, where);
    const found: Record<string, string> = {};
    if (isObject(values))
      for (const [key, value] of Object.entries(values))
        if (typeof value === 'string') setKey(found, key, value);
    return found;
  }
}
