import assert from 'node:assert/strict';
import fc from 'fast-check';
import { frame, MessageReader } from '../../../src/kit/grpc/framing.ts';
import { GrpcError } from '../../../src/kit/grpc/status.ts';
import { scopeOf } from '../../../src/kit/ip-scope.ts';
import { bool, bytes, int64, string, uint64 } from '../../../src/kit/protobuf/codec.ts';
import { message, repeated, stringMap } from '../../../src/kit/protobuf/message.ts';
import { ProtobufError } from '../../../src/kit/protobuf/wire.ts';
import { readCertificateRequest } from '../../../src/kit/x509/certificate-request.ts';
import { EC_REQUEST, ED_REQUEST, RSA_REQUEST } from '../../../src/kit/x509/requests.fake.ts';
import { nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const LIMIT = 1024;
const frames = Buffer.concat([
  frame(Buffer.from('one')),
  frame(Buffer.alloc(0)),
  frame(Buffer.alloc(900, 'x')),
]);

function read(stream: Buffer, cuts: readonly number[]): string[] {
  const reader = new MessageReader(LIMIT);
  const seen: string[] = [];
  let from = 0;
  try {
    for (const cut of [...[...cuts].sort((a, b) => a - b), 1]) {
      const at = Math.max(from, Math.floor(cut * stream.length));
      for (const found of reader.push(stream.subarray(from, at))) seen.push(found.toString('hex'));
      from = at;
    }
  } catch (error) {
    if (!(error instanceof GrpcError)) throw error;
    seen.push(error.code);
  }
  return seen;
}

const inner = message({ name: [1, string], count: [2, int64] });
const outer = message({
  text: [1, string],
  big: [2, uint64],
  flag: [3, bool],
  data: [4, bytes],
  many: [5, repeated(int64)],
  inners: [6, repeated(inner)],
  labels: [7, stringMap],
});
const encoded = outer.encode({
  text: 'x',
  big: 2 ** 40,
  flag: true,
  data: Buffer.from('abc'),
  many: [1, -1, 300],
  inners: [{ name: 'n', count: 5 }],
  labels: { __proto__: 'a', b: 'c' },
});

const pem = (body: string) =>
  `-----BEGIN CERTIFICATE REQUEST-----\n${body}\n-----END CERTIFICATE REQUEST-----\n`;
const der = [EC_REQUEST, RSA_REQUEST, ED_REQUEST].map((text) =>
  Buffer.from(text.replace(/-----[A-Z ]+-----|\s/g, ''), 'base64'),
);

export const targets = [
  fuzzTarget({
    name: 'kit/grpc-frames',
    input: fc.tuple(
      nearMissBytes([frames]),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 }),
    ),
    run: ([bytesOf, cuts]) => {
      const stream = Buffer.from(bytesOf);
      assert.deepEqual(read(stream, cuts), read(stream, []));
    },
    refuses: () => false,
  }),
  fuzzTarget({
    name: 'kit/protobuf',
    input: fc.oneof(nearMissBytes([encoded]), fc.uint8Array({ maxLength: 200 })),
    run: (input) => {
      const value = outer.decode(Buffer.from(input));
      const again = outer.encode(value);
      assert.deepEqual(outer.encode(outer.decode(again)), again);
    },
    refuses: (error) => error instanceof ProtobufError,
  }),
  fuzzTarget({
    name: 'kit/certificate-request-bytes',
    input: fc.oneof(
      nearMisses([EC_REQUEST, RSA_REQUEST, ED_REQUEST]),
      nearMissBytes(der).map((bytesOf) => pem(Buffer.from(bytesOf).toString('base64'))),
    ),
    run: (text) => readCertificateRequest(text),
    refuses: (error) => error instanceof Error,
  }),
  fuzzTarget({
    name: 'kit/ip-scope',
    input: fc.oneof(
      fc.ipV4().map((text) => ({ text, valid: true })),
      fc.ipV6().map((text) => ({ text, valid: true })),
      piecesOf([...'0123456789abcdef:.%', '::', '::ffff:', '127.0.0.1', 'fe80', '64:ff9b::', '2002:']).map(
        (text) => ({ text, valid: false }),
      ),
    ),
    run: ({ text, valid }) => {
      const scope = scopeOf(text);
      if (valid) assert.ok(scope, text);
      if (scope && !text.includes(':')) assert.equal(scopeOf(`::ffff:${text}`), scope);
    },
    refuses: () => false,
  }),
];
