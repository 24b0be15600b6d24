import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { rotate, rotatedWriter } from './rotated-file.ts';

const directory = mkdtempSync(join(tmpdir(), 'rotated-'));
after(() => rmSync(directory, { recursive: true }));

test('the files of a log never hold much more than their limit together, whatever is written', () => {
  const path = join(directory, 'flood.log');
  const [one, two] = [1, 2].map(() => rotatedWriter(path, { maxSize: 200_000, maxBackups: 2 }));
  for (let i = 0; i < 2_000; i++) (i % 3 ? one : two)!(`${'x'.repeat(999)}\n`);
  const files = readdirSync(directory).filter((name) => name.startsWith('flood'));
  assert.deepEqual(files.sort(), ['flood.log', 'flood.log.1', 'flood.log.2']);
  const bytes = files.map((name) => statSync(join(directory, name)).size);
  for (const size of bytes) assert.ok(size <= 200_000 + 2 * 65_536 + 1_000, String(bytes));
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('what is appended after a rotation stands at the start of the file, and the older text beside it', () => {
  const path = join(directory, 'a.log');
  const append = rotatedWriter(path, { maxSize: 10, maxBackups: 1 });
  append('first line\n');
  rotate(path, { maxSize: 10, maxBackups: 1 });
  append('second\n');
  assert.equal(readFileSync(path, 'utf8'), 'second\n');
  assert.equal(readFileSync(`${path}.1`, 'utf8'), 'first line\n');
});

test('the lock of a process that died does not stop rotation for good', () => {
  const path = join(directory, 'b.log');
  appendFileSync(path, 'too long');
  writeFileSync(`${path}.lock`, '999999999');
  for (let i = 0; i < 2; i++) rotate(path, { maxSize: 5, maxBackups: 1 });
  assert.equal(readFileSync(path, 'utf8'), '');
});

test('a file that cannot be written stops nobody', () => {
  rotatedWriter(join(directory, 'missing/x.log'))('lost');
});
