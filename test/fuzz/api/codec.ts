// Bodies of requests: JSON, YAML, protobuf. Refused with the API's 400 and 413 only.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { decodeBody } from '../../../src/api/codec/decode.ts';
import { parseJson } from '../../../src/api/codec/json.ts';
import { JsonSyntaxError, scan } from '../../../src/api/codec/scan.ts';
import { ConfigMap } from '../../../src/api/kinds/core/v1/config-map.ts';
import { Pod } from '../../../src/api/kinds/core/v1/pod.ts';
import { encodeDocument } from '../../../src/api/protobuf/encode.ts';
import { StatusError } from '../../../src/api/status/status-error.ts';
import { jsonValues, nearMissBytes, nearMisses, PROTOTYPE_NAMES, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const isRefusal = (error: unknown) => error instanceof StatusError && [400, 413].includes(error.code);

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', labels: { a: 'b' }, creationTimestamp: '2026-01-02T03:04:05Z' },
  spec: {
    containers: [
      { name: 'c', image: 'i', resources: { limits: { cpu: '1' } }, ports: [{ containerPort: 80 }] },
    ],
    terminationGracePeriodSeconds: 30,
  },
};
const configMap = { apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' }, binaryData: { b: 'aGk=' } };

const jsonPieces = [
  ...'{}[],:"\\-.eE0123 \n',
  'true',
  'null',
  '"a":',
  '"__proto__":{',
  '\\u00',
  '{"a":',
  '[[',
];
const yamlPieces = [
  ...'-?:,[]{}#&*!|>\'"%@` \n\t',
  '\n  ',
  '- ',
  ': ',
  '? ',
  '&a ',
  '*a',
  '<<: *a',
  '!!str ',
  '|\n',
  '>+\n',
  '---\n',
  'a',
  '0x1',
  '1_0',
];

export const targets = [
  fuzzTarget({
    name: 'api/json',
    input: fc.oneof(
      piecesOf(jsonPieces, 60),
      nearMisses([JSON.stringify(pod), JSON.stringify(configMap)], jsonPieces),
      jsonValues().map((value) => JSON.stringify({ ...configMap, data: value })),
    ),
    run: (text) => {
      decodeBody(ConfigMap, text);
      return decodeBody(Pod, text.replaceAll('ConfigMap', 'Pod'), { fieldValidation: 'Strict' });
    },
    refuses: isRefusal,
  }),
  fuzzTarget({
    name: 'api/json-syntax',
    input: fc.oneof(piecesOf(jsonPieces, 60), nearMisses([JSON.stringify(pod)], jsonPieces)),
    run: (text) => {
      let value: unknown;
      try {
        value = parseJson(text);
      } catch (error) {
        assert.doesNotMatch((error as Error).message, /^invalid JSON$/);
        throw error;
      }
      scan(text);
      assert.deepEqual(value, JSON.parse(text));
    },
    refuses: (error) => error instanceof JsonSyntaxError || isRefusal(error),
  }),
  fuzzTarget({
    name: 'api/yaml',
    input: fc.oneof(
      piecesOf(yamlPieces, 60),
      nearMisses(
        [
          'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\ndata: &d\n  a: "b"\n  c: |\n    text\n  d: [x, {y: z}]\n',
          'a: &a [x]\nb: &b [*a, *a]\nc: {<<: {d: *b}, ? e : f}\n',
          JSON.stringify(configMap),
        ],
        [...yamlPieces, ...PROTOTYPE_NAMES],
      ),
    ),
    run: (text) => JSON.stringify(decodeBody(ConfigMap, text, { mediaType: 'application/yaml' })),
    refuses: isRefusal,
  }),
  fuzzTarget({
    name: 'api/protobuf',
    input: fc.oneof(
      nearMissBytes([encodeDocument(Pod, pod), encodeDocument(ConfigMap, configMap)]),
      fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.concat([Buffer.from('k8s\0'), bytes])),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 12 }), fc.constantFrom(100, 10_000, 200_000))
        .map(([bytes, times]) => {
          const fields = Buffer.concat(Array<Uint8Array>(times).fill(bytes));
          const length = [fields.length & 127, (fields.length >> 7) & 127, fields.length >> 14];
          return Buffer.concat([
            Buffer.from('k8s\0\x12', 'latin1'),
            Buffer.from([length[0]! | 128, length[1]! | 128, (length[2]! & 127) | 128, length[2]! >> 7]),
            fields,
          ]);
        }),
    ),
    run: (bytes) => {
      decodeBody(ConfigMap, bytes, { mediaType: 'application/vnd.kubernetes.protobuf' });
      return decodeBody(Pod, bytes, { mediaType: 'application/vnd.kubernetes.protobuf' });
    },
    refuses: isRefusal,
  }),
];
