// Encodes objects as JSON, with the resourceVersion filled in once the store has assigned a revision. Only strings come before
// it, in which quotation marks are escaped: the first occurrence of its text is the object's own resourceVersion.
// Called by ResourceCache and Item.
import { goJson } from '../../api/codec/go-json.ts';
import type { KubeObject } from '../../api/meta/v1/resource.ts';

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
  const { name, generateName, namespace, uid, resourceVersion: _, ...meta } = metadata;
  const ordered = { name, generateName, namespace, uid, resourceVersion: '', ...meta };
  const whole = { kind, apiVersion, metadata: ordered, ...rest };
  const text = raw.length > 0 ? withRaw(whole, raw) : JSON.stringify(whole);
  const at = text.indexOf(HOLE);
  let bytes: Buffer | undefined;
  const encode = (revision: number) => {
    bytes = bytes
      ? restamp(bytes, revision)
      : ownBytesOf(`${text.slice(0, at)}"resourceVersion":"${revision}"${text.slice(at + HOLE.length)}`);
    return bytes;
  };
  return Object.assign(encode, { characters: text.length });
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
  const bytes = Buffer.allocUnsafeSlow(Buffer.byteLength(text));
  bytes.write(text);
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
