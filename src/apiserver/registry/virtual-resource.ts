// A resource without stored objects: reviews, whose status is computed on create; bindings, which change a pod; component
// statuses and measurements, computed on every read. The operations are defined in virtual/ and resource-metrics/; all others
// are a 405.
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { Item } from '../watch-cache/item.ts';
import { type Admission, admitsAll } from './admission.ts';
import { admitted } from './admitted.ts';
import { type Resource, type ResourceDescription, verbMissing } from './resource.ts';
import type { WriteContext } from './write-context.ts';

export type VirtualOperations<T extends KubeObject> = Partial<Pick<Resource<T>, 'get' | 'list' | 'create'>>;

export class VirtualResource<T extends KubeObject = KubeObject> implements Resource<T> {
  readonly kind: ResourceDescription['kind'];
  readonly columns: ResourceDescription['columns'];
  readonly jsonOnly: boolean;
  readonly #operations: VirtualOperations<T>;
  readonly #admission: Admission;

  constructor(
    kind: ResourceDescription['kind'],
    operations: VirtualOperations<T>,
    admission: Admission = admitsAll,
    { columns, jsonOnly = false }: Pick<ResourceDescription, 'columns' | 'jsonOnly'> = {},
  ) {
    this.kind = kind;
    this.columns = columns;
    this.jsonOnly = jsonOnly;
    this.#operations = operations;
    this.#admission = admission;
  }

  get(...args: Parameters<Resource<T>['get']>): ReturnType<Resource<T>['get']> {
    return this.#operations.get?.(...args) ?? this.#refuse('get');
  }

  list(...args: Parameters<Resource<T>['list']>): ReturnType<Resource<T>['list']> {
    return this.#operations.list?.(...args) ?? this.#refuse('list');
  }

  async create(object: T, write: WriteContext): Promise<Item> {
    const create = this.#operations.create ?? this.#refuse('create');
    const { kind } = this;
    const name = object.metadata.name ?? '';
    await admitted(this.#admission, 'CREATE', { kind, schema: kind, name, object, write });
    return create(object, write);
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
