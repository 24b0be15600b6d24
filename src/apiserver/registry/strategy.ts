// What is special about one kind's writes, next to the generic rules in stored/. One file per kind that needs one in
// strategies/; all members are optional.
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { FieldError } from '../../api/status/status-error.ts';
import type { WriteContext } from './write-context.ts';

export interface Strategy<T extends KubeObject = KubeObject> {
  /** Sets what clients may not choose. Changes `object` in place, as the other prepare methods do. */
  prepareCreate?(object: T, write: WriteContext): void;
  prepareUpdate?(object: T, old: T, write: WriteContext): void;
  /** For writes through /status. The generic rule has already restored everything but metadata and status. */
  prepareStatus?(object: T, old: T, write: WriteContext): void;
  /** For writes through other subresources that take and return the object's own kind. */
  readonly subresources?: Readonly<Partial<Record<string, SubresourceStrategy<T>>>>;
  /** Errors beyond those of validation in the api room. */
  validateCreate?(object: T): FieldError[];
  validateUpdate?(object: T, old: T): FieldError[];
  /** Allocates scarce things the object needs (addresses, ports), to be released when the write fails. */
  reserve?(object: T, old: T | undefined): Reservation;
  /** After the object has left the store. */
  afterDelete?(object: T): void;
  /** Seconds the object may take to terminate; undefined deletes it at once. */
  gracePeriod?(object: T, options: DeleteOptions): number | undefined;
  /** A warning for a deletion with these options. */
  deletionWarning?(options: DeleteOptions): string | undefined;
  /** True while something other than metadata.finalizers keeps a deleted object (a namespace's spec.finalizers). */
  isHeld?(object: T): boolean;
  /** Marks an object whose deletion has begun. */
  markDeleted?(object: T): void;
  /** Seconds after which the store deletes an object. */
  readonly ttlSeconds?: number;
  /** A PUT of an object that does not exist creates it. */
  readonly createOnUpdate?: boolean;
  /** False where updates must carry a resourceVersion. */
  readonly unconditionalUpdate?: boolean;
  /** Dependents are orphaned when the caller names no propagation policy; otherwise they are deleted in the background. */
  readonly orphanByDefault?: boolean;
  /** A deletion is answered with the deleted object instead of a Status. */
  readonly returnsDeleted?: boolean;
  /** metadata.generation counts changes to anything but metadata and status. */
  readonly generation?: boolean;
  /** The status given on creation is stored. */
  readonly keepsStatusOnCreate?: boolean;
}

export interface SubresourceStrategy<T extends KubeObject> {
  /** Restores what the subresource may not change. */
  prepare(object: T, old: T, write: WriteContext): void;
  /** In place of the validation of an ordinary update. */
  validate?(object: T, old: T): FieldError[];
}

export interface Reservation {
  keep(): void;
  release(): void;
}
