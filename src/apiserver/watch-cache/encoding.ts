// Encodes objects as JSON, with the resourceVersion filled in once the store has assigned a revision. Only strings come before
// it, in which quotation marks are escaped: the first occurrence of its text is the object's own resourceVersion.
// Called by ResourceCache and Item.
import { goJson } from '../../api/codec/go-json.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import { textOfManagers } from '../../api/patch/managers-text.ts';

const HOLE = '"resourceVersion":""';

export interface Encoder {
  /** Called by the store with the revision of the write. The object is encoded as JSON once; a call with another revision
   *  copies the bytes. */
  (revision: number): Buffer;
  /** Characters of JSON. */
  readonly characters: number;
}

/** Fields of the object itself whose bytes clients compare are named in `raw`. */
export function encoder(object: KubeObject, raw: readonly string[] = []): Encoder {
  const { apiVersion, kind, metadata, ...rest } = object;
  const { name, generateName, namespace, uid, resourceVersion: _, managedFields, ...meta } = metadata;
  const ordered = { name, generateName, namespace, uid, resourceVersion: '', ...meta };
  const head = JSON.stringify({ kind, apiVersion, metadata: ordered });
  const at = head.indexOf(HOLE);
  const before = head.slice(0, at);
  const managers = managedFields ? `,"managedFields":${textOfManagers(managedFields)}` : '';
  const body = raw.length > 0 ? withRaw(rest, raw) : JSON.stringify(rest);
  const end = body === '{}' ? body.slice(1) : `,${body.slice(1)}`;
  const after = `${head.slice(at + HOLE.length, -2)}${managers}}${end}`;
  let bytes: Buffer | undefined;
  const encode = (revision: number) => {
    bytes = bytes ? restamp(bytes, revision) : ownBytesOf(`${before}"resourceVersion":"${revision}"${after}`);
    return bytes;
  };
  return Object.assign(encode, { characters: before.length + HOLE.length + after.length });
}

function withRaw(object: Readonly<Record<string, unknown>>, raw: readonly string[]): string {
  const members = Object.entries(object).flatMap(([key, value]) => {
    const text = raw.includes(key) && value !== undefined ? goJson(value) : JSON.stringify(value);
    return text === undefined ? [] : [`${JSON.stringify(key)}:${text}`];
  });
  return `{${members.join(',')}}`;
}

/** The bytes in memory of their own, as the store keeps them: it would have to copy a slice of Node's pool. */
function ownBytesOf(text: string): Buffer {
  const size = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafeSlow(size);
  // Plain ASCII needs no conversion.
  bytes.write(text, size === text.length ? 'latin1' : 'utf8');
  return bytes;
}

const KEY = Buffer.from('"resourceVersion":"');
const QUOTE = 0x22;

/** A copy of an object's bytes with another resourceVersion. */
export function restamp(bytes: Buffer, revision: number): Buffer {
  const start = bytes.indexOf(KEY) + KEY.length;
  const end = bytes.indexOf(QUOTE, start);
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(String(revision)), bytes.subarray(end)]);
}
