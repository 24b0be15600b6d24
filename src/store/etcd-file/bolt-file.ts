// Writes a database file as bbolt has it, in which etcd keeps everything: B+ trees of sorted keys in pages, one tree for each bucket, and
// two meta pages that say where the root is. Only whole files are made, never changed. Called by etcd-database.ts.
// The format: go.etcd.io/bbolt, page.go, bucket.go and db.go.
import { closeSync, fsyncSync, openSync, writeSync } from 'node:fs';

export interface BoltRecord {
  readonly key: Buffer;
  readonly value: Buffer;
}

export interface BoltBucket {
  readonly name: string;
  /** In the order of their keys' bytes. */
  readonly records: Iterable<BoltRecord>;
}

const PAGE = 4096;
const PAGE_HEADER = 16;
const ELEMENT = 16;
const BRANCH = 0x01;
const LEAF = 0x02;
const META = 0x04;
/** Flag of a leaf's element whose value is a bucket. */
const IS_BUCKET = 0x01;
const MAGIC = 0xed0cdaed;
const VERSION = 2;
/** No list of free pages is stored: whoever opens the file finds them. */
const NO_FREELIST = 0xffffffffffffffffn;
const META_PAGES = 2;
/** Bytes of values and keys that are gathered before they are written. */
const WRITE_AT_ONCE = 1 << 20;

interface Child {
  readonly firstKey: Buffer;
  readonly page: number;
}

/** The file must not exist; only its owner may read it. Resolves to what is on disk. `buckets` in the order of their names. */
export function writeBoltFile(file: string, buckets: readonly BoltBucket[]): void {
  const descriptor = openSync(file, 'wx', 0o600);
  try {
    const pages = new Pages(descriptor);
    const roots = buckets.map(({ name, records }) => ({ name, root: pages.tree(records) }));
    const root = pages.add(
      LEAF,
      roots.map(({ name, root }) => bucketElement(name, root)),
    );
    pages.end(root);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

interface Element {
  /** The element's four numbers but the position, which depends on its neighbours. */
  readonly flags: number;
  readonly key: Buffer;
  readonly value: Buffer;
  /** Of a branch. */
  readonly page?: number;
}

function bucketElement(name: string, root: number): Element {
  const value = Buffer.alloc(16);
  value.writeBigUInt64LE(BigInt(root), 0);
  return { flags: IS_BUCKET, key: Buffer.from(name), value };
}

class Pages {
  readonly #descriptor: number;
  #next = META_PAGES;
  #waiting: Buffer[] = [];
  #bytes = 0;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /** Writes a tree; gives the number of its root page. */
  tree(records: Iterable<BoltRecord>): number {
    let level = this.#leaves(records);
    while (level.length > 1) level = this.#branches(level);
    return level[0]!.page;
  }

  /** Writes elements that belong together into one page, and those after it if they are larger. */
  add(kind: number, elements: readonly Element[]): number {
    const bytes = sizeOf(elements);
    const count = Math.max(1, Math.ceil(bytes / PAGE));
    const buffer = Buffer.alloc(count * PAGE);
    const page = this.#next;
    writeHeader(buffer, page, kind, elements.length, count - 1);
    let data = PAGE_HEADER + elements.length * ELEMENT;
    elements.forEach(({ flags, key, value, page: child }, i) => {
      const at = PAGE_HEADER + i * ELEMENT;
      if (child === undefined) {
        buffer.writeUInt32LE(flags, at);
        buffer.writeUInt32LE(data - at, at + 4);
        buffer.writeUInt32LE(key.length, at + 8);
        buffer.writeUInt32LE(value.length, at + 12);
      } else {
        buffer.writeUInt32LE(data - at, at);
        buffer.writeUInt32LE(key.length, at + 4);
        buffer.writeBigUInt64LE(BigInt(child), at + 8);
      }
      data += key.copy(buffer, data);
      data += value.copy(buffer, data);
    });
    this.#next += count;
    this.#waiting.push(buffer);
    this.#bytes += buffer.length;
    if (this.#bytes >= WRITE_AT_ONCE) this.#flush();
    return page;
  }

  /** The meta pages are the last to be written: without them the file is none. */
  end(root: number): void {
    this.#flush();
    for (let id = 0; id < META_PAGES; id++)
      writeAll(this.#descriptor, metaPage(id, root, this.#next), id * PAGE);
  }

  #leaves(records: Iterable<BoltRecord>): Child[] {
    const children: Child[] = [];
    let elements: Element[] = [];
    let bytes = PAGE_HEADER;
    const flush = () => {
      children.push({ firstKey: elements[0]?.key ?? Buffer.alloc(0), page: this.add(LEAF, elements) });
      elements = [];
      bytes = PAGE_HEADER;
    };
    for (const { key, value } of records) {
      const size = ELEMENT + key.length + value.length;
      if (elements.length > 0 && bytes + size > PAGE) flush();
      elements.push({ flags: 0, key, value });
      bytes += size;
    }
    if (elements.length > 0 || children.length === 0) flush();
    return children;
  }

  /** Each page has two children at least, as bbolt's own have. */
  #branches(children: readonly Child[]): Child[] {
    const groups: Child[][] = [[]];
    let bytes = PAGE_HEADER;
    for (const child of children) {
      const size = ELEMENT + child.firstKey.length;
      if (groups.at(-1)!.length >= 2 && bytes + size > PAGE) {
        groups.push([]);
        bytes = PAGE_HEADER;
      }
      groups.at(-1)!.push(child);
      bytes += size;
    }
    const [before, last] = groups.slice(-2);
    if (before && last?.length === 1) last.unshift(before.pop()!);
    const none = Buffer.alloc(0);
    return groups.map((group) => {
      const elements = group.map(({ firstKey: key, page }) => ({ flags: 0, key, value: none, page }));
      return { firstKey: group[0]!.firstKey, page: this.add(BRANCH, elements) };
    });
  }

  #flush(): void {
    const bytes = Buffer.concat(this.#waiting);
    writeAll(this.#descriptor, bytes, this.#next * PAGE - bytes.length);
    this.#waiting = [];
    this.#bytes = 0;
  }
}

const sizeOf = (elements: readonly Element[]): number =>
  elements.reduce((sum, { key, value }) => sum + ELEMENT + key.length + value.length, PAGE_HEADER);

function writeHeader(page: Buffer, id: number, kind: number, count: number, overflow: number): void {
  page.writeBigUInt64LE(BigInt(id), 0);
  page.writeUInt16LE(kind, 8);
  page.writeUInt16LE(count, 10);
  page.writeUInt32LE(overflow, 12);
}

/** `id` is the transaction's number, too: of two good ones the later counts. */
function metaPage(id: number, root: number, pages: number): Buffer {
  const page = Buffer.alloc(PAGE);
  writeHeader(page, id, META, 0, 0);
  const meta = page.subarray(PAGE_HEADER);
  meta.writeUInt32LE(MAGIC, 0);
  meta.writeUInt32LE(VERSION, 4);
  meta.writeUInt32LE(PAGE, 8);
  meta.writeBigUInt64LE(BigInt(root), 16);
  meta.writeBigUInt64LE(NO_FREELIST, 32);
  meta.writeBigUInt64LE(BigInt(pages), 40);
  meta.writeBigUInt64LE(BigInt(id), 48);
  meta.writeBigUInt64LE(fnv1a(meta.subarray(0, 56)), 56);
  return page;
}

function fnv1a(bytes: Buffer): bigint {
  let hash = 0xcbf29ce484222325n;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  return hash;
}

function writeAll(descriptor: number, bytes: Buffer, position: number): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(descriptor, bytes, at, bytes.length - at, position + at);
}
