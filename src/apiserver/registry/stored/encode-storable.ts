// Encodes an object for the store, no larger than etcd accepts. Called by create.ts and update.ts.
// Upstream: isTooLargeError in staging/src/k8s.io/apiserver/pkg/endpoints/handlers/rest.go.
import { normalize } from '../../../api/codec/normalize.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { failure } from '../../../api/status/status-error.ts';
import type { Encoded } from '../../watch-cache/resource-cache.ts';
import { andThen, type Eventual } from '../eventual.ts';
import type { Storage } from './storage.ts';

/** Bytes of one object (etcd: --max-request-bytes). */
export const MOST_STORED_BYTES = 1.5 * 1024 * 1024;
/** Bytes of one character of UTF-16 in UTF-8, at most. */
const MOST_BYTES_OF_CHARACTER = 3;

/** An object that is too large is tried again without managedFields, unless server-side apply has set them. `known` is the stored
 *  object, in the form of its kind, with which it may share parts. */
export function encodeStorable<T extends KubeObject>(
  storage: Storage<T>,
  object: T,
  applied: boolean,
  known?: T,
): Eventual<Encoded<T>> {
  return andThen(encode(storage, object, known), (encoded) => {
    if (fits(encoded)) return encoded;
    if (applied || !object.metadata.managedFields) throw tooLarge();
    delete object.metadata.managedFields;
    return andThen(encode(storage, object, known), (smaller) => {
      if (!fits(smaller)) throw tooLarge();
      return smaller;
    });
  });
}

const encode = <T extends KubeObject>(
  { cache, resource }: Storage<T>,
  object: T,
  known: T | undefined,
): Eventual<Encoded<T>> => cache.encodeStored(normalize(resource.kind, object, known));

/** The bytes are counted only where their number is in doubt. */
const fits = ({ bytes }: Encoded<KubeObject>): boolean =>
  bytes.characters * MOST_BYTES_OF_CHARACTER <= MOST_STORED_BYTES ||
  (bytes.characters <= MOST_STORED_BYTES && bytes(0).length <= MOST_STORED_BYTES);

const tooLarge = () => failure(500, '', 'etcdserver: request is too large');
