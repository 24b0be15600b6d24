import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, describe, test } from 'node:test';
import { Database } from './database.ts';
import { newSlab, readRecords, recordSize, writeRecord } from './record-codec.ts';
import { CorruptRecord } from './refusal.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'store-log-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));

/** What a SIGKILL leaves at a moment: the files' contents, and whether the log's two names are one file. */
interface Image {
  readonly at: string;
  readonly data: Buffer | undefined;
  readonly log: Buffer | undefined;
  readonly link: Buffer | 'the log' | undefined;
  /** Revisions that were acknowledged before. */
  readonly acknowledged: number;
}

const [DATA, LOG, LINK] = ['store.db', 'store.db-wal', 'store.db-log'] as const;

function imageOf(directory: string, at: string, acknowledged: number): Image {
  const path = (name: string) => join(directory, name);
  const read = (name: string) => (fs.existsSync(path(name)) ? fs.readFileSync(path(name)) : undefined);
  const [log, link] = [LOG, LINK].map((name) => fs.statSync(path(name), { throwIfNoEntry: false })?.ino);
  const same = link !== undefined && link === log;
  return { at, data: read(DATA), log: read(LOG), link: same ? 'the log' : read(LINK), acknowledged };
}

let count = 0;
function directoryOf({ data, log, link }: Image): string {
  const directory = join(root, String(count++));
  fs.mkdirSync(directory);
  const write = (name: string, bytes: Buffer | undefined) =>
    bytes && fs.writeFileSync(join(directory, name), bytes);
  write(DATA, data);
  write(LOG, log);
  if (link === 'the log') original.linkSync(join(directory, LOG), join(directory, LINK));
  else write(LINK, link);
  return directory;
}

const identity = ({ data, log, link, acknowledged }: Image): string =>
  [data, log, link, String(acknowledged)]
    .map((part) =>
      createHash('sha1')
        .update(part ?? 'none')
        .digest('hex'),
    )
    .join();

const original = { linkSync: fs.linkSync, rmSync: fs.rmSync };
const { exec, close } = DatabaseSync.prototype;

/**
 * Runs a scene and gives an image of before, in, and after each of its steps on the disk. With `lastStep` the thread is torn down
 * after so many steps: none of our code comes any further.
 */
function imagesOf(
  directory: string,
  acknowledged: number,
  scene: (store: Scene) => void,
  lastStep = Number.POSITIVE_INFINITY,
): Image[] {
  const images: Image[] = [];
  const store = new Scene(directory, acknowledged);
  let steps = 0;
  function step<T>(what: string, run: () => T): T {
    if (++steps > lastStep) throw new Error('torn down');
    const before = imageOf(directory, `before ${what}`, store.acknowledged);
    const result = run();
    const done = imageOf(directory, `after ${what}`, store.acknowledged);
    images.push(before, ...duringCheckpoint(before, done), done);
    return result;
  }
  fs.linkSync = (from, to) => step('link', () => original.linkSync(from, to));
  fs.rmSync = (path, options) => step('remove', () => original.rmSync(path, options));
  syncBuiltinESMExports();
  DatabaseSync.prototype.exec = function (sql) {
    store.connection = this;
    step(sql, () => exec.call(this, sql));
  };
  DatabaseSync.prototype.close = function () {
    step('close', () => close.call(this));
  };
  try {
    scene(store);
  } catch (error) {
    if (steps <= lastStep) throw error;
    if (store.connection?.isOpen) close.call(store.connection);
    images.push(imageOf(directory, `torn down after ${lastStep} steps`, store.acknowledged));
  } finally {
    Object.assign(fs, original);
    syncBuiltinESMExports();
    Object.assign(DatabaseSync.prototype, { exec, close });
  }
  return images;
}

const PAGE = 8_192;

/** SQLite writes the log into the data file, page by page, and at a close then removes the log. */
function duringCheckpoint(before: Image, done: Image): Image[] {
  const { log, data: old } = before;
  const { data } = done;
  if (!log || !old || !data) return [];
  const images: Image[] = [];
  for (let page = PAGE; page <= data.length; page += PAGE)
    if (!old.subarray(page - PAGE, page).equals(data.subarray(page - PAGE, page)))
      images.push({ ...before, data: Buffer.concat([data.subarray(0, page), old.subarray(page)]) });
  return images;
}

/** Of the values: some take pages of their own, some the rest of a page, so that pages in the middle of the file change. */
const SIZES = [4_000, 100, 100, 9_000];

class Scene {
  readonly #directory: string;
  #database: Database | undefined;
  connection: DatabaseSync | undefined;
  acknowledged: number;

  constructor(directory: string, acknowledged: number) {
    this.#directory = directory;
    this.acknowledged = acknowledged;
  }

  open(): void {
    this.#database = new Database(this.#directory);
  }

  write(): void {
    const revision = this.acknowledged + 1;
    const value = Buffer.alloc(SIZES[revision % SIZES.length]!, 'x');
    const record = { revision, created: revision, due: 0, key: `/${revision}`, value };
    const slab = newSlab(recordSize(record));
    writeRecord(slab, 0, record);
    this.#database!.append(slab);
    this.acknowledged = revision;
  }

  close(): void {
    this.#database!.close();
  }

  /** As when the thread ends: no code of ours runs any more. */
  tearDown(): void {
    this.connection!.close();
  }
}

function revisionsIn(database: Database): number {
  let rows = 0;
  for (const slab of database.load()) for (const { revision } of readRecords(slab)) rows = revision;
  return rows;
}

function assertWhole(image: Image): void {
  const database = new Database(directoryOf(image));
  const found = revisionsIn(database);
  database.close();
  const { acknowledged, at } = image;
  assert.ok(found === acknowledged || found === acknowledged + 1, `${at}: ${found} of ${acknowledged}`);
}

/** The newest revision in the data file by itself; undefined when it cannot be read without the log. */
function newestIn({ data }: Image): number | undefined {
  const file = join(root, `alone-${count++}`);
  fs.writeFileSync(file, data!);
  const db = new DatabaseSync(`file:${file}?immutable=1`, { readOnly: true });
  try {
    return Number(db.prepare('SELECT max(revision) AS newest FROM writes').get()?.newest ?? 0);
  } catch {
    return undefined;
  } finally {
    db.close();
  }
}

const isComplete = (image: Image) => image.acknowledged === 0 || newestIn(image) === image.acknowledged;

/** SQLite's word for a file that makes no sense. */
const isDamage = (error: unknown) => error instanceof CorruptRecord || Object(error).errcode === 11;

function distinct(images: readonly Image[]): Image[] {
  return [...new Map(images.map((image) => [identity(image), image])).values()];
}

const lives: Record<string, (store: Scene) => void> = {
  'closed, and opened again': (store) => {
    store.open();
    for (let i = 0; i < 8; i++) store.write();
    store.close();
    store.open();
    store.write();
    store.write();
    store.close();
  },
  'torn down, and opened again': (store) => {
    store.open();
    for (let i = 0; i < 3; i++) store.write();
    store.tearDown();
    store.open();
    store.write();
    store.tearDown();
  },
  'checkpointed while open': (store) => {
    store.open();
    store.write();
    store.connection!.exec('PRAGMA wal_checkpoint(PASSIVE)');
    store.write();
    store.connection!.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    store.write();
    store.tearDown();
  },
};

describe('a store that is killed at any step', () => {
  for (const [name, life] of Object.entries(lives)) {
    const images = () => distinct(imagesOf(fs.mkdtempSync(join(root, 'life-')), 0, life));

    test(`opens with everything, also when that start is killed at any step: ${name}`, () => {
      const first = images();
      assert.ok(first.length > 15, `${first.length} images`);
      const restarts = first.flatMap((image) => {
        assertWhole(image);
        const directory = directoryOf(image);
        const restart = imagesOf(directory, image.acknowledged, (store) => {
          store.open();
          store.tearDown();
        });
        return restart.map((again) => ({ ...again, at: `${image.at}, then ${again.at}` }));
      });
      for (const image of distinct(restarts)) assertWhole(image);
    });

    test(`lets it be noticed when its log, with writes, is deleted: ${name}`, () => {
      const incomplete = images().filter((image) => !isComplete(image));
      assert.ok(incomplete.length > 2, `${incomplete.length} images`);
      for (const image of incomplete) {
        assertWhole({ ...image, log: image.log ?? (image.link as Buffer), link: undefined });
        const lost = { ...image, log: undefined, link: undefined };
        assert.throws(() => assertWhole(lost), isDamage, image.at);
      }
    });
  }

  test('has its log by the second name when the first was deleted', () => {
    const directory = fs.mkdtempSync(join(root, 'life-'));
    const running = imagesOf(directory, 0, lives['torn down, and opened again']!);
    const linked = distinct(running).filter(
      (image) => image.link === 'the log' && newestIn(image) !== undefined,
    );
    assert.ok(linked.length > 3, `${linked.length} images`);
    for (const image of linked) assertWhole({ ...image, log: undefined, link: image.log });
  });

  test('has everything when its thread is torn down at any step, also where it finds an old log by the second name', () => {
    const directory = fs.mkdtempSync(join(root, 'life-'));
    const all = imagesOf(directory, 0, lives['torn down, and opened again']!);
    const old = all.find(({ link }) => link instanceof Buffer)!;
    const killed = all.findLast(({ log }) => log)!;
    const torn = all.at(-1)!;
    const copied = { ...killed, link: old.link };
    for (const start of [torn, killed, copied]) {
      const scene = (store: Scene) => {
        store.open();
        store.write();
        store.close();
      };
      for (let last = 0; ; last++) {
        const images = imagesOf(directoryOf(start), start.acknowledged, scene, last);
        for (const image of images) assertWhole(image);
        if (!images.at(-1)?.at.startsWith('torn down')) break;
      }
    }
  });

  test('says so when its data file is missing', () => {
    const running = imagesOf(fs.mkdtempSync(join(root, 'life-')), 0, lives['checkpointed while open']!);
    for (const data of [undefined, Buffer.alloc(0)])
      assert.throws(
        () => assertWhole({ ...running.find(({ log }) => log && log.length > 0)!, data }),
        /its data file, store.db, is missing/,
      );
  });
});
