// Fields that an update may not change: they are restored from the stored object without an error, as upstream.
// Called by update.ts. Upstream: BeforeUpdate in registry/rest/update.go, and each strategy's PrepareForUpdate.
import { isDeepStrictEqual } from 'node:util';
import { normalize } from '../../../api/codec/normalize.ts';
import type { KubeObject } from '../../../api/meta/v1/resource.ts';
import type { StructType } from '../../../api/schema/notation.ts';

type ByField = KubeObject & Record<string, unknown>;
type Metadata = KubeObject['metadata'];

/** Fields of metadata that only the server writes. */
export function keepSystemFields({ metadata }: KubeObject, { metadata: old }: KubeObject): void {
  metadata.uid = old.uid!;
  if (old.creationTimestamp) metadata.creationTimestamp = old.creationTimestamp;
  keepOf(metadata, old, 'deletionTimestamp');
  keepOf(metadata, old, 'deletionGracePeriodSeconds');
  keepOf(metadata, old, 'generation');
  keepOf(metadata, old, 'generateName');
  delete metadata.selfLink;
}

function keepOf<K extends keyof Metadata>(to: Metadata, from: Metadata, key: K): void {
  if (from[key] === undefined) delete to[key];
  else to[key] = from[key];
}

/** Restores one top-level field. */
export function restore(object: KubeObject, old: KubeObject, field: string): void {
  const [to, from] = [object as ByField, old as ByField];
  if (from[field] === undefined) delete to[field];
  else to[field] = from[field];
}

const ENVELOPE = new Set(['apiVersion', 'kind', 'metadata']);

const ownFields = (object: KubeObject, old: KubeObject): string[] =>
  [...new Set([...Object.keys(object), ...Object.keys(old)])].filter((field) => !ENVELOPE.has(field));

/** Restores every top-level field except metadata and `field`. */
export function restoreAllBut(object: KubeObject, old: KubeObject, field: string): void {
  for (const other of ownFields(object, old)) if (other !== field) restore(object, old, other);
}

/** Whether a field other than metadata and status (or `withStatus`) changed: then metadata.generation is incremented. A client
 *  may leave out zero values that are always written, so what seems to have changed is compared in the stored form. */
export function desiredStateChanged(
  kind: StructType,
  object: KubeObject,
  old: KubeObject,
  withStatus: boolean,
): boolean {
  const differs = (now: ByField) =>
    ownFields(now, old).some(
      (field) =>
        (withStatus || field !== 'status') && !isDeepStrictEqual(now[field], (old as ByField)[field]),
    );
  return differs(object as ByField) && differs(normalize(kind, object) as ByField);
}
