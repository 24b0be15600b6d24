// How objects become bytes: once per write, with the resourceVersion put in when the store has said what it is.
// name, namespace and uid come before it, so that its first occurrence is the object's own and never somebody's text.
import type { KubeObject } from '../../api/meta/v1/resource.ts';

const HOLE = '"resourceVersion":""';

/** The text around the resourceVersion; `encode(revision)` is what the store calls. */
export function encoder(object: KubeObject): (revision: number) => Buffer {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, generateName, namespace, uid, resourceVersion: _, ...meta } = metadata;
  const ordered = { name, generateName, namespace, uid, resourceVersion: '', ...meta };
  const text = JSON.stringify({ kind, apiVersion, metadata: ordered, ...rest });
  const at = text.indexOf(HOLE);
  const head = text.slice(0, at);
  const tail = text.slice(at + HOLE.length);
  return (revision) => Buffer.from(`${head}"resourceVersion":"${revision}"${tail}`);
}

const KEY = Buffer.from('"resourceVersion":"');
const QUOTE = 0x22;

/** The same object at another revision: what a deletion shows, and an object that left a selection. */
export function restamp(bytes: Buffer, revision: number): Buffer {
  const start = bytes.indexOf(KEY) + KEY.length;
  const end = bytes.indexOf(QUOTE, start);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(String(revision)), bytes.subarray(end)]);
}
