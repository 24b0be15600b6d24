// The rules of one kind's writes, in addition to the generic ones in stored/. All members are optional; the kinds' strategies
// are in strategies/. Upstream: RESTCreateStrategy, RESTUpdateStrategy and RESTDeleteStrategy (registry/rest).
import type { DeleteOptions } from '../../api/meta/v1/delete-options.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { FieldError } from '../../api/status/status-error.ts';
import type { Rules } from '../../api/validation/rules.ts';
import type { Pace } from '../../kit/clock.ts';
import type { Eventual } from './eventual.ts';
import type { WriteContext } from './write-context.ts';

export interface Strategy<T extends KubeObject = KubeObject> {
  /** Sets fields that clients may not choose. Changes `object` in place, as the other prepare methods do. */
  prepareCreate?(object: T, write: WriteContext): void;
  prepareUpdate?(object: T, old: T, write: WriteContext): void;
  /** For writes through /status. The generic rule has already restored everything but metadata and status. */
  prepareStatus?(object: T, old: T, write: WriteContext): void;
  /** For writes through other subresources that take and return the object's own kind. */
  readonly subresources?: Readonly<Partial<Record<string, SubresourceStrategy<T>>>>;
  /** In place of those of api/validation/kinds/rule-book.ts, where they depend on feature gates. */
  readonly rules?: Rules<T>;
  /** Errors in addition to those of the rules. */
  validateCreate?(object: T, pace: Pace): Eventual<FieldError[]>;
  validateUpdate?(object: T, old: T, write: WriteContext): Eventual<FieldError[]>;
  /** Warnings in addition to those of api/warnings; `old` is undefined for a creation. */
  warnings?(object: T, old: T | undefined): string[];
  /** Decides what depends on other objects, in the same turn of the event loop in which the object is encoded and given to the store. */
  decide?(object: T): void;
  /** Allocates addresses and ports for the object, which it writes into it; only makes them up for a dry run. The caller calls
   *  keep() after the write, release() if there was none. */
  reserve?(object: T, old: T | undefined, write: WriteContext): Promise<Reservation>;
  /** Called after the object was removed from the store. Never rejects. */
  afterDelete?(object: T): Promise<void>;
  /** Seconds the object may take to terminate; undefined or 0 removes it at once. */
  gracePeriod?(object: T, options: DeleteOptions): number | undefined;
  /** A warning for a deletion with these options. */
  deletionWarning?(options: DeleteOptions): string | undefined;
  /** True while something other than metadata.finalizers keeps a deleted object (a namespace's spec.finalizers). */
  isHeld?(object: T): boolean;
  /** Changes an object whose deletionTimestamp has just been set. Only its metadata is its own: it replaces other parts. */
  markDeleted?(object: T): void;
  /** Seconds after which the store deletes an object. */
  readonly ttlSeconds?: number;
  /** A PUT of an object that does not exist creates it. */
  readonly createOnUpdate?: boolean;
  /** False where updates must carry a resourceVersion. */
  readonly unconditionalUpdate?: boolean;
  /** Dependents are orphaned when the caller names no propagation policy; otherwise they are deleted in the background. */
  readonly orphanByDefault?: boolean;
  /** The response to a deletion is the deleted object instead of a Status. */
  readonly returnsDeleted?: boolean;
  /** metadata.generation counts changes to anything but metadata and status, or to status, too. */
  readonly generation?: boolean | 'with status';
  /** The status in a create request is stored. */
  readonly keepsStatusOnCreate?: boolean;
}

export interface SubresourceStrategy<T extends KubeObject> {
  /** Restores what the subresource may not change. */
  prepare(object: T, old: T, write: WriteContext): void;
  /** In place of the validation of an ordinary update. */
  validate?(object: T, old: T): FieldError[];
}

/** keep() also releases what the old object had and the new one does not need. Neither rejects: what could not be released is
 *  found again by allocation/repair/. */
export interface Reservation {
  keep(): Promise<void>;
  release(): Promise<void>;
}
