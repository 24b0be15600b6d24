// A resource without stored objects: reviews, whose status is computed on create; bindings, which change a pod; component
// statuses, computed on every read. The operations are defined in virtual/; all others are a 405.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Item } from '../watch-cache/item.ts';
import { type Resource, type ResourceDescription, verbMissing } from './resource.ts';

export type VirtualOperations<T extends KubeObject> = Partial<Pick<Resource<T>, 'get' | 'list' | 'create'>>;

export class VirtualResource<T extends KubeObject = KubeObject> implements Resource<T> {
  readonly kind: ResourceDescription['kind'];
  readonly #operations: VirtualOperations<T>;

  constructor(kind: ResourceDescription['kind'], operations: VirtualOperations<T>) {
    this.kind = kind;
    this.#operations = operations;
  }

  get(...args: Parameters<Resource<T>['get']>): ReturnType<Resource<T>['get']> {
    return this.#operations.get?.(...args) ?? this.#refuse('get');
  }

  list(...args: Parameters<Resource<T>['list']>): ReturnType<Resource<T>['list']> {
    return this.#operations.list?.(...args) ?? this.#refuse('list');
  }

  create(...args: Parameters<Resource<T>['create']>): ReturnType<Resource<T>['create']> {
    return this.#operations.create?.(...args) ?? this.#refuse('create');
  }

  watch(): never {
    return this.#refuse('watch');
  }

  update(): never {
    return this.#refuse('update');
  }

  delete(): never {
    return this.#refuse('delete');
  }

  deleteCollection(): never {
    return this.#refuse('deletecollection');
  }

  #refuse(verb: string): never {
    throw verbMissing(this, verb);
  }
}

/** A result of a virtual resource. */
export const virtualItem = <T extends KubeObject>(object: T): Item<T> =>
  new Item<T>(Buffer.from(JSON.stringify(object)), object, {});
