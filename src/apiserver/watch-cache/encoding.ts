// Encodes objects as JSON, with the resourceVersion filled in once the store has assigned a revision. Only strings come before
// it, in which quotation marks are escaped: the first occurrence of its text is the object's own resourceVersion.
// Called by ResourceCache and Item.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

const HOLE = '"resourceVersion":""';

/** The result is called by the store with the revision of the write. The object is encoded as JSON once; a call with another
 *  revision copies the bytes. */
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
