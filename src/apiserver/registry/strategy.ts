// What is special about a kind's writes, next to the generic rules of create.ts, update.ts and delete.ts.
// One small file per kind that needs one (strategies/); everything here is optional.
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { FieldError } from '../../api/status/status-error.ts';
import type { WriteContext } from './write-context.ts';

/** An object whose kind is known to the strategy only. */
export type AnyObject = KubeObject & Record<string, unknown>;

export interface Strategy {
  /** Sets what clients may not choose. `object` may be changed. */
  prepareCreate?(object: AnyObject, context: WriteContext): void;
  prepareUpdate?(object: AnyObject, old: AnyObject, context: WriteContext): void;
  /** As prepareUpdate, for writes through /status. The generic rule has already kept everything but the status. */
  prepareStatus?(object: AnyObject, old: AnyObject, context: WriteContext): void;
  /** As prepareUpdate, for writes through other subresources of the same kind. */
  readonly prepareSubresource?: Readonly<
    Record<string, (object: AnyObject, old: AnyObject, context: WriteContext) => void>
  >;
  /** Errors beyond those of the api room's validation. */
  validateCreate?(object: AnyObject): FieldError[];
  validateUpdate?(object: AnyObject, old: AnyObject): FieldError[];
  /** Takes what the object needs of something scarce (addresses, ports); gives it back when the write fails. */
  reserve?(object: AnyObject, old: AnyObject | undefined, context: WriteContext): Reservation;
  /** After the object has left the store. */
  afterDelete?(object: AnyObject): void;
  /** Seconds that the object may take to end; undefined ends it at once. */
  gracePeriod?(object: AnyObject, options: DeleteOptions): number | undefined;
  /** True while something other than finalizers keeps a deleted object (a namespace's spec.finalizers). */
  held?(object: AnyObject): boolean;
  /** Marks an object whose deletion has begun. */
  markDeleted?(object: AnyObject): void;
  /** Seconds after which the store forgets an object. */
  readonly ttlSeconds?: number;
  readonly createOnUpdate?: boolean;
  /** False where updates must carry a resourceVersion. */
  readonly unconditionalUpdate?: boolean;
  /** What happens to dependents when the caller does not say: Background, or orphan as of old. */
  readonly orphanByDefault?: boolean;
  /** The deleted object is the answer to a deletion, rather than a Status. */
  readonly returnsDeleted?: boolean;
  /** metadata.generation counts changes of what is desired. */
  readonly generation?: boolean;
  /** The status given on creation is kept. */
  readonly keepsStatusOnCreate?: boolean;
}

export interface Reservation {
  keep(): void;
  giveBack(): void;
}
