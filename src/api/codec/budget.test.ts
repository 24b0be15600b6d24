// What a body may be: refused before anything is built from it, in upstream's words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { threadTime } from '../../kit/process/thread-time.ts';
import { ConfigMap } from '../kinds/core/v1/config-map.ts';
import { StatusError } from '../status/status-error.ts';
import { MOST_KEYS, MOST_KEYS_OF_OBJECT, MOST_VALUES } from './budget.ts';
import { decodeBody } from './decode.ts';

const decode = (text: string, mediaType = 'application/json') => decodeBody(ConfigMap, text, { mediaType });
const yaml = (text: string) => decode(text, 'application/yaml');
const refused = (code: number, message: RegExp) => (error: unknown) =>
  error instanceof StatusError && error.code === code && message.test(error.message);
const keys = (count: number, prefix = 'k') =>
  Array.from({ length: count }, (_, i) => `"${prefix}${i}":""`).join();

/** The shortest of several runs, in milliseconds. */
function fastest(run: () => unknown): number {
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 5; i++) {
    const from = threadTime();
    try {
      run();
    } catch {
      // Refusals take time, too.
    }
    best = Math.min(best, threadTime() - from);
  }
  return best;
}

test('a body with very many keys or values is a 413 before it is parsed', () => {
  const bodies: [string, RegExp][] = [
    [`{"metadata":{"annotations":{${keys(230_000)}}}}`, /limit is 16384 keys in one object/],
    [`{${keys(230_000)}}`, /limit is 16384 keys in one object/],
    [`{"a":[${`{${keys(1000)}},`.repeat(70)}0]}`, new RegExp(`limit is ${MOST_KEYS} keys`)],
    [`{"a":[${'{},'.repeat(900_000)}0]}`, new RegExp(`limit is ${MOST_VALUES} values`)],
  ];
  for (const [body, message] of bodies) {
    assert.throws(() => decode(body), refused(413, message));
    assert.ok(fastest(() => decode(body)) < 50, message.source);
  }
});

test('the largest map that is accepted is read without a stall', () => {
  const body = `{"data":{${keys(MOST_KEYS_OF_OBJECT - 10)}}}`;
  assert.equal(Object.keys((decode(body).object as ConfigMap).data!).length, MOST_KEYS_OF_OBJECT - 10);
  const half = `{"data":{${keys(MOST_KEYS_OF_OBJECT / 2)}}}`;
  assert.ok(
    fastest(() => decode(body)) <
      8 *
        Math.max(
          fastest(() => decode(half)),
          4,
        ),
  );
});

test('unknown fields are reported a hundred at most, whatever their number', () => {
  assert.equal(decode(`{${keys(10_000)}}`).warnings.length, 100);
  assert.equal(decode(`{${`"data":{"x":"y"},`.repeat(5_000)}"kind":"ConfigMap"}`).warnings.length, 100);
});

test('a syntax error at the end of a large body is found in one pass', () => {
  const broken = (length: number) => `{"data":{"a":"${'\\n'.repeat(length)}"},}`;
  const body = broken(1_400_000);
  assert.throws(
    () => decode(body),
    refused(400, /invalid character '}' looking for beginning of object key string/),
  );
  assert.ok(
    fastest(() => decode(body)) <
      8 *
        Math.max(
          fastest(() => decode(broken(700_000))),
          4,
        ),
  );
});

test('nesting deeper than a thousand levels is refused, in JSON, YAML and protobuf alike', () => {
  for (const depth of [1_001, 100_000])
    assert.throws(
      () => decode(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`),
      refused(400, /json parse error: exceeded max depth/),
    );
  assert.throws(() => yaml('['.repeat(5_000)), refused(400, /error converting YAML to JSON/));
});

test('YAML whose aliases multiply is refused as upstream refuses it', () => {
  const letters = [...'abcdefgh'];
  const lines = letters.map((name, i) => {
    const below = i === 0 ? '"lol"' : `*${letters[i - 1]}`;
    return `${name}: &${name} [${Array(9).fill(below).join()}]`;
  });
  const excessive = refused(400, /error converting YAML to JSON: yaml: document contains excessive aliasing/);
  assert.throws(() => yaml(lines.join('\n')), excessive);
  const text = `big: &b "${'x'.repeat(100_000)}"\nall: [${Array(200).fill('*b').join()}]`;
  assert.throws(() => yaml(text), excessive);
  assert.throws(() => yaml('a: &a [*a]'), refused(400, /anchor value contains itself/));
  const { object } = yaml('data: &d {x: "1"}\nmetadata: {annotations: *d, labels: *d}');
  assert.deepEqual(object.metadata, { annotations: { x: '1' }, labels: { x: '1' } });
});

test('YAML with very many lines, items, tags or aliases is a 413 before it is parsed', () => {
  const many = ['- a\n', '[],', '? ', '!!str ', '&*a*a'].map((piece) => `[${piece.repeat(200_000)}]`);
  for (const body of many) {
    assert.throws(() => yaml(body), refused(413, /limit is 32768 tokens of YAML/));
    assert.ok(fastest(() => yaml(body)) < 50);
  }
});

test('errors about unreadable JSON have Go’s words and no content', () => {
  const secret = '{"data": {"password": "hunter2" "x"}}';
  assert.throws(
    () => decode(secret),
    refused(400, /json parse error: invalid character '"' after object key:value pair/),
  );
});
