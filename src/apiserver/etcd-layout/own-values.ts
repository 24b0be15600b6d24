// The bytes in etcd of an object that this program writes: its JSON without the resourceVersion, and white space behind it. Every
// reader of JSON passes over that; to this program it says where the resourceVersion belongs, so that nothing has to be parsed,
// and it differs from write to write, so that a server whose answer was lost knows its own. Called by etcd-codec.ts.

/** As in the bytes that the API server gives to the store (watch-cache/encoding.ts): right behind the uid. */
const VERSION = Buffer.from(',"resourceVersion":"');
const UID = Buffer.from('"uid":"');
const QUOTE = 0x22;

/** The first two characters of the white space: the version goes behind the uid, or there is none. */
const MARKS = { versioned: '\n ', plain: '\n\t' } as const;
const LETTERS = ' \t\n\r';
/** Each has two bits. */
const NONCE_LETTERS = 24;
const TAIL = 2 + NONCE_LETTERS;

/** `nonce` has six random bytes. */
export function ownBytesOf(value: Buffer, nonce: Buffer): Buffer {
  const uid = value.indexOf(UID);
  const end = uid < 0 ? -1 : value.indexOf(QUOTE, uid + UID.length) + 1;
  const versioned = end > 0 && value.subarray(end, end + VERSION.length).equals(VERSION);
  if (!versioned) return Buffer.concat([value, tail(MARKS.plain, nonce)]);
  const rest = value.indexOf(QUOTE, end + VERSION.length) + 1;
  return Buffer.concat([value.subarray(0, end), value.subarray(rest), tail(MARKS.versioned, nonce)]);
}

/** The JSON with its resourceVersion; undefined if it was written by another program. */
export function valueOfOwn(stored: Buffer, revision: number): Buffer | undefined {
  const at = stored.length - TAIL;
  if (at <= 0 || stored[at - 1] !== 0x7d) return undefined;
  const mark = stored.toString('latin1', at, at + 2);
  if (mark === MARKS.plain) return stored.subarray(0, at);
  if (mark !== MARKS.versioned) return undefined;
  const uid = stored.indexOf(UID);
  if (uid < 0) return undefined;
  const end = stored.indexOf(QUOTE, uid + UID.length) + 1;
  const version = `,"resourceVersion":"${revision}"`;
  const value = Buffer.allocUnsafeSlow(at + version.length);
  stored.copy(value, 0, 0, end);
  value.write(version, end, 'latin1');
  stored.copy(value, end + version.length, end, at);
  return value;
}

function tail(mark: string, nonce: Buffer): Buffer {
  let text = mark;
  for (let i = 0; i < NONCE_LETTERS; i++) text += LETTERS[(nonce[i >> 2]! >> ((i & 3) * 2)) & 3];
  return Buffer.from(text, 'latin1');
}
