// How objects become bytes: JSON with the resourceVersion filled in once the store has assigned a revision.
// name, namespace and uid are written before it and cannot contain its text, so its first occurrence is the object's own.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

const HOLE = '"resourceVersion":""';

/** Called by the store with the revision of the write. The JSON text is made once; asking for a second revision copies
 *  the bytes of the first. */
export function encoder(object: KubeObject): (revision: number) => Buffer {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, generateName, namespace, uid, resourceVersion: _, ...meta } = metadata;
  const ordered = { name, generateName, namespace, uid, resourceVersion: '', ...meta };
  const text = JSON.stringify({ kind, apiVersion, metadata: ordered, ...rest });
  const at = text.indexOf(HOLE);
  let bytes: Buffer | undefined;
  return (revision) => {
    bytes = bytes
      ? restamp(bytes, revision)
      : Buffer.from(`${text.slice(0, at)}"resourceVersion":"${revision}"${text.slice(at + HOLE.length)}`);
    return bytes;
  };
}

const KEY = Buffer.from('"resourceVersion":"');
const QUOTE = 0x22;

/** A copy of an object's bytes with another resourceVersion. */
export function restamp(bytes: Buffer, revision: number): Buffer {
  const start = bytes.indexOf(KEY) + KEY.length;
  const end = bytes.indexOf(QUOTE, start);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(String(revision)), bytes.subarray(end)]);
}
