// The resources of a kustomization, in order. No two have the same id.
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import { mergedWith } from './generate/merge-generated.ts';
import { matchesPattern } from './patterns.ts';
import { effectiveNamespace, type Gvk, idText, type Resource, type ResourceId, sameId } from './resource.ts';

export interface Selector extends Gvk {
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

export class Collection {
  #resources: Resource[] = [];

  get all(): readonly Resource[] {
    return this.#resources;
  }

  append(resource: Resource): void {
    if (this.withId(resource.id).length > 0)
      throw new Error(`may not add resource with an already registered id: ${idText(resource.id)}`);
    this.#resources.push(resource);
  }

  /** Adds what a generator made: a new resource, or one that replaces or completes another. */
  absorb(made: Resource): void {
    const matches = this.withAnyId(made.id);
    const [old] = matches;
    if (matches.length > 1)
      throw new Error(`found multiple objects that could accept merge of ${idText(made.id)}`);
    if (!old) {
      if (made.behavior === 'merge' || made.behavior === 'replace')
        throw new Error(`id ${idText(made.id)} does not exist; cannot merge or replace`);
      return this.append(made);
    }
    if (made.behavior !== 'merge' && made.behavior !== 'replace')
      throw new Error(
        `id ${idText(made.id)} exists; can not use behavior: '${made.behavior}', behavior must be merge or replace`,
      );
    this.#resources[this.#resources.indexOf(old)] = mergedWith(old, made);
  }

  withId(id: ResourceId): Resource[] {
    return this.#resources.filter((resource) => sameId(resource.id, id));
  }

  withAnyId(id: ResourceId): Resource[] {
    return this.matching((one) => sameId(one, id));
  }

  matching(matches: (id: ResourceId) => boolean): Resource[] {
    return this.#resources.filter((resource) => resource.allIds.some(matches));
  }

  /** What a patch is for. */
  only(id: ResourceId): Resource {
    const [found, another] = this.withAnyId(id);
    if (found && !another) return found;
    const why = found ? 'multiple matches' : 'no matches';
    throw new Error(`${why} for Id ${idText(id)}; failed to find unique target for patch ${idText(id)}`);
  }

  select(selector: Selector): Resource[] {
    const labels = parseLabelSelector(selector.labelSelector ?? '');
    const annotations = parseLabelSelector(selector.annotationSelector ?? '');
    return this.#resources.filter((resource) => {
      const [original, current] = [resource.originalId, resource.id];
      return (
        [original, current].some((id) => matchesPattern(selector.namespace, effectiveNamespace(id))) &&
        [original, current].some(({ name }) => matchesPattern(selector.name, name)) &&
        matchesGvk(selector, current) &&
        labels.matches(resource.strings('labels')) &&
        annotations.matches(resource.strings('annotations'))
      );
    });
  }

  dropRemoved(): void {
    this.#resources = this.#resources.filter((resource) => !resource.removed);
  }

  replaceAll(resources: readonly Resource[]): void {
    this.#resources = [...resources];
  }
}

export const matchesGvk = (selector: Gvk, id: Gvk): boolean =>
  matchesPattern(selector.group, id.group ?? '') &&
  matchesPattern(selector.version, id.version ?? '') &&
  matchesPattern(selector.kind, id.kind ?? '');
