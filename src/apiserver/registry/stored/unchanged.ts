// Whether an update changes nothing: then it is not written. Called by update.ts.
// Upstream: GuaranteedUpdate in staging/src/k8s.io/apiserver/pkg/storage/etcd3/store.go.
import { isDeepStrictEqual } from 'node:util';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import { getKey, type JsonObject } from '../../../api/patch/json.ts';
import { parseExactJson } from '../../../kit/exact-json.ts';
import type { Entry } from '../../../store/store.ts';
import type { Encoded } from '../../watch-cache/resource-cache.ts';

/** Whether the stored object is equal, whatever the order of keys and the times in managedFields: an apply that changes nothing
 *  once defaults are filled in leaves them as they are (IgnoreManagedFieldsTimestampsTransformer upstream). Bytes of different
 *  length cannot be equal objects, since both are normalized. Only what may be equal is encoded and parsed: each renewal of a
 *  lease is as long as the one before. `known` is the stored object, if it is at hand. */
export function isUnchanged<T extends KubeObject>(
  { object, bytes: encode }: Encoded<T>,
  { revision, value: stored }: Entry,
  known: T | undefined,
): boolean {
  if (known && differ(object, known)) return false;
  const bytes = encode(revision);
  if (bytes.length !== stored.length) return false;
  return bytes.equals(stored) || isDeepStrictEqual(timeless(bytes), timeless(stored));
}

/** Whether a field differs, other than metadata. */
function differ({ metadata: _, ...fields }: KubeObject, known: KubeObject): boolean {
  const before = known as KubeObject & Readonly<Record<string, unknown>>;
  return Object.entries(fields).some(([name, value]) => !sameJson(value, before[name]));
}

/** A member that is undefined is none. */
function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [a, b] as readonly JsonObject[];
  for (const name in left) if (!sameJson(getKey(left, name), getKey(right!, name))) return false;
  for (const name in right)
    if (getKey(right, name) !== undefined && !Object.hasOwn(left!, name)) return false;
  return true;
}

function timeless(bytes: Buffer): unknown {
  const object = parseExactJson(bytes.toString()) as KubeObject;
  for (const entry of object.metadata.managedFields ?? []) delete entry.time;
  return object;
}
