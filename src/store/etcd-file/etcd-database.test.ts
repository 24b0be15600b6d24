// Files are read here by the rules of bbolt's documentation; that etcd itself takes them is shown by test/e2e/servers.test.ts.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Reader } from '../../kit/protobuf/reader.ts';
import { writeBoltFile } from './bolt-file.ts';
import { writeEtcdDatabase } from './etcd-database.ts';

const root = mkdtempSync(join(tmpdir(), 'etcd-file-'));
after(() => rmSync(root, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(root, `${files++}.db`);

const PAGE = 4096;

/** All of a tree in order: key, value and whether the value is a bucket. */
function* walk(file: Buffer, page: number): Generator<{ key: Buffer; value: Buffer; bucket: boolean }> {
  const at = page * PAGE;
  assert.equal(file.readBigUInt64LE(at), BigInt(page), 'a page knows its number');
  const flags = file.readUInt16LE(at + 8);
  const count = file.readUInt16LE(at + 10);
  assert.ok(flags === 1 || flags === 2, `page ${page} is of a tree`);
  if (flags === 1) assert.ok(count >= 2, 'a branch has two children at least');
  for (let i = 0; i < count; i++) {
    const element = at + 16 + i * 16;
    if (flags === 1) {
      yield* walk(file, Number(file.readBigUInt64LE(element + 8)));
      continue;
    }
    const start = element + file.readUInt32LE(element + 4);
    const middle = start + file.readUInt32LE(element + 8);
    const end = middle + file.readUInt32LE(element + 12);
    yield {
      key: file.subarray(start, middle),
      value: file.subarray(middle, end),
      bucket: file.readUInt32LE(element) === 1,
    };
  }
}

function readBuckets(path: string): Map<string, { key: Buffer; value: Buffer }[]> {
  const file = readFileSync(path);
  assert.equal(file.readUInt32LE(16), 0xed0cdaed);
  assert.equal(Number(file.readBigUInt64LE(16 + 40)) * PAGE, file.length, 'the file ends with its last page');
  const buckets = [...walk(file, Number(file.readBigUInt64LE(16 + 16)))];
  return new Map(
    buckets.map(({ key, value, bucket }) => {
      assert.ok(bucket);
      return [key.toString(), [...walk(file, Number(value.readBigUInt64LE(0)))]];
    }),
  );
}

const numbered = (count: number, size: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({
    key: Buffer.from(String(i).padStart(8, '0')),
    value: Buffer.alloc(size(i), i % 251),
  }));

test('a file has all records of all buckets, in order, whatever their number and size', () => {
  for (const count of [0, 1, 2, 20, 12_000]) {
    const file = newFile();
    const records = numbered(count, (i) => (i % 500 === 3 ? 10_000 : i % 90));
    writeBoltFile(file, [
      { name: 'a', records },
      { name: 'b', records: [] },
    ]);
    const buckets = readBuckets(file);
    assert.deepEqual([...buckets.keys()], ['a', 'b']);
    assert.deepEqual(
      buckets.get('a')!.map(({ key, value }) => [key.toString(), value.length, value[0]]),
      records.map(({ key, value }) => [key.toString(), value.length, value[0]]),
    );
    assert.equal(statSync(file).mode & 0o777, 0o600);
  }
  // A page for each record: of their branches the first has room for 170.
  const file = newFile();
  writeBoltFile(file, [{ name: 'a', records: numbered(171, () => 4_000) }]);
  assert.equal(readBuckets(file).get('a')!.length, 171);
  const existing = newFile();
  writeBoltFile(existing, []);
  assert.throws(() => writeBoltFile(existing, []), /EEXIST/);
});

/** The fields of a message: numbers, or bytes. */
function fieldsOf(bytes: Buffer): Record<number, string> {
  const reader = new Reader(bytes);
  const fields: Record<number, string> = {};
  while (!reader.done) {
    const { number, wire } = reader.tag();
    fields[number] = wire === 0 ? String(reader.uint64()) : Buffer.from(reader.bytes()).toString();
  }
  return fields;
}

test('every key keeps its revisions, keys that expire together share a lease, and older revisions are compacted', () => {
  const file = newFile();
  const now = 1_000_000;
  const record = (key: string, revision: number, created: number, due = 0) => ({
    ...{ key, revision, created, due },
    value: Buffer.from(`of ${key}`),
  });
  writeEtcdDatabase({
    file,
    records: [
      record('/b', 9, 4),
      record('/a', 7, 7, now + 60_100),
      record('/c', 8, 8, now + 60_500),
      record('/d', 9, 9),
    ],
    revision: 12,
    names: {
      keyOf: (key) => Buffer.from(`/registry${key}`),
      encode: (_, value, revision) => Buffer.from(`${value} ${revision}`),
    },
    now,
  });
  const buckets = readBuckets(file);
  const stored = buckets
    .get('key')!
    .map(({ key, value }) => [
      Number(key.readBigUInt64BE(0)),
      Number(key.readBigUInt64BE(9)),
      fieldsOf(value),
    ]);
  const lease = fieldsOf(buckets.get('lease')![0]!.value);
  assert.deepEqual(stored, [
    [7, 0, { 1: '/registry/a', 2: '7', 3: '7', 4: '1', 5: 'of /a 7', 6: lease[1] }],
    [8, 0, { 1: '/registry/c', 2: '8', 3: '8', 4: '1', 5: 'of /c 8', 6: lease[1] }],
    [9, 0, { 1: '/registry/b', 2: '4', 3: '9', 4: '2', 5: 'of /b 9' }],
    [9, 1, { 1: '/registry/d', 2: '9', 3: '9', 4: '1', 5: 'of /d 9' }],
  ]);
  assert.equal(buckets.get('lease')!.length, 1);
  assert.equal(lease[2], '70');
  const [compacted] = buckets.get('meta')!;
  assert.equal(compacted!.key.toString(), 'finishedCompactRev');
  assert.equal(Number(compacted!.value.readBigUInt64BE(0)), 12);
});
