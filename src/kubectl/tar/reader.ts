// Reads a tar archive from a stream, entry by entry, in constant memory. The archive is a pod's: every length is bounded before
// it is believed, and nothing is written here. Called by `cp`.
import { BLOCK, Flag, type RawHeader, readHeader, TarError, type TarHeader, typeOf } from './header.ts';
import { paxRecords } from './pax.ts';

export interface TarEntry extends TarHeader {
  /** The content, to be read before the next entry is asked for; what is left unread is skipped. */
  readonly content: AsyncIterable<Buffer>;
}

/** Bytes of a long name or of pax records, as in Go's archive/tar. */
const MAX_SPECIAL = 1 << 20;
/** Extended headers that one entry may have. */
const MAX_SPECIALS = 16;

/** Ends at the end of the archive; what the source has behind it is left unread. */
export async function* readTar(source: AsyncIterable<Buffer>): AsyncGenerator<TarEntry> {
  const bytes = new ByteSource(source);
  const global = new Map<string, string>();
  for (;;) {
    const header = await nextHeader(bytes, global);
    if (!header) return;
    const content = new Content(bytes, header.size);
    yield { ...header, content };
    await content.skip();
  }
}

/** The next entry's header with what the extended headers before it say; undefined at the end. */
async function nextHeader(bytes: ByteSource, global: Map<string, string>): Promise<TarHeader | undefined> {
  const local = new Map<string, string>();
  for (let specials = 0; ; specials++) {
    if (specials > MAX_SPECIALS) throw new TarError('archive/tar: invalid tar header');
    const block = await bytes.take(BLOCK, 'or the end');
    if (!block) return undefined;
    const header = readHeader(block);
    if (!header) return undefined;
    if (header.flag === Flag.paxGlobal)
      for (const [key, value] of await records(bytes, header)) global.set(key, value);
    else if (header.flag === Flag.pax)
      for (const [key, value] of await records(bytes, header)) local.set(key, value);
    else if (header.flag === Flag.gnuLongName) local.set('path', cString(await special(bytes, header)));
    else if (header.flag === Flag.gnuLongLink) local.set('linkpath', cString(await special(bytes, header)));
    else return withRecords(header, new Map([...global, ...local]));
  }
}

const records = async (bytes: ByteSource, header: RawHeader) => paxRecords(await special(bytes, header));

async function special(bytes: ByteSource, { size }: RawHeader): Promise<Buffer> {
  if (size > MAX_SPECIAL) throw new TarError('archive/tar: header field too long');
  const padded = Math.ceil(size / BLOCK) * BLOCK;
  return padded === 0 ? Buffer.alloc(0) : (await bytes.take(padded)).subarray(0, size);
}

const cString = (bytes: Buffer): string => {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
};

function withRecords(header: RawHeader, records: ReadonlyMap<string, string>): TarHeader {
  const name = records.get('path') ?? header.name;
  if (name.includes('\0') || [...records.keys()].some((key) => key.startsWith('GNU.sparse.')))
    throw new TarError('archive/tar: invalid tar header');
  const size = records.get('size');
  return {
    ...header,
    name,
    linkName: records.get('linkpath') ?? header.linkName,
    size: size === undefined || header.size === 0 ? header.size : wholeNumber(size),
    type: typeOf(header.flag, name),
  };
}

function wholeNumber(text: string): number {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw new TarError('archive/tar: invalid tar header');
  return value;
}

/** An entry's content, of the size that its header says, with the padding behind it. */
class Content implements AsyncIterable<Buffer> {
  readonly #bytes: ByteSource;
  readonly #padding: number;
  #left: number;
  #over = false;

  constructor(bytes: ByteSource, size: number) {
    this.#bytes = bytes;
    this.#left = size;
    this.#padding = (BLOCK - (size % BLOCK)) % BLOCK;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer> {
    while (this.#left > 0) {
      const piece = await this.#bytes.some(this.#left);
      this.#left -= piece.length;
      yield piece;
    }
  }

  async skip(): Promise<void> {
    if (this.#over) return;
    this.#over = true;
    for await (const _ of this);
    if (this.#padding > 0) await this.#bytes.take(this.#padding);
  }
}

/** Bytes of a stream by number, whatever the sizes of its chunks. */
class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#chunks = source[Symbol.asyncIterator]();
  }

  /** Exactly `count` bytes. Throws if the stream ends within them; at the end it may be allowed to have none. */
  take(count: number): Promise<Buffer>;
  take(count: number, end: 'or the end'): Promise<Buffer | undefined>;
  async take(count: number, end?: 'or the end'): Promise<Buffer | undefined> {
    const parts: Buffer[] = [];
    let missing = count;
    while (missing > 0) {
      if (!(await this.#filled())) {
        if (end && missing === count) return undefined;
        throw new TarError('unexpected EOF');
      }
      const part = this.#cut(missing);
      parts.push(part);
      missing -= part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
  }

  /** At least one byte and at most `most`. */
  async some(most: number): Promise<Buffer> {
    if (!(await this.#filled())) throw new TarError('unexpected EOF');
    return this.#cut(most);
  }

  #cut(most: number): Buffer {
    const part = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(part.length);
    return part;
  }

  async #filled(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#chunks.next();
      if (done) return false;
      this.#rest = value;
    }
    return true;
  }
}
