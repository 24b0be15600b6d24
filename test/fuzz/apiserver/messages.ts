// Bodies and parameters of requests, and answers of webhooks.
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { ConfigMap } from '../../../src/api/kinds/core/v1/config-map.ts';
import { StatusError } from '../../../src/api/status/status-error.ts';
import { denial, verdictOf } from '../../../src/apiserver/admission/webhooks/review.ts';
import { ConversionFailure, convertedBy } from '../../../src/apiserver/crd/conversion/review.ts';
import { timeoutOf } from '../../../src/apiserver/deadline.ts';
import { decodeObject } from '../../../src/apiserver/handlers/body.ts';
import {
  attachOptions,
  execOptions,
  portForwardOptions,
} from '../../../src/apiserver/tunnel/connect-options.ts';
import { readReview } from '../../../src/apiserver/webhooks/review-document.ts';
import { jsonValues, nearMissBytes, nearMisses, piecesOf } from '../inputs.ts';
import { fuzzTarget } from '../target.ts';

const isStatus = (error: unknown) => error instanceof StatusError;
const short = (text: string) => text.slice(0, 16 * 1024);
const map =
  '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","labels":{"a":"b"}},"data":{"k":"v"}}';
const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  k: |\n    v\n';
const types = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
  'application/json;charset=utf-8',
];
const UID = 'f3b8';

export const targets = [
  fuzzTarget({
    name: 'apiserver/body',
    input: fc.record({
      type: fc.oneof(fc.constantFrom(...types), piecesOf([...types, ';', ',', '/', ' ', '"'])).map(short),
      bytes: nearMissBytes([Buffer.from(map), Buffer.from(yaml), Buffer.from('k8s\0')]),
      fieldValidation: fc.constantFrom('Strict', 'Warn', 'Ignore', ''),
    }),
    run: ({ type, bytes, fieldValidation }) => {
      const query = new URLSearchParams({ fieldValidation });
      const headers = { 'content-type': type };
      const request = { method: 'POST', path: '/', query, headers, body: async () => Buffer.from(bytes) };
      const decoded = decodeObject<ConfigMap>({ request, warnings: [] }, ConfigMap, Buffer.from(bytes));
      assert.equal(decoded.kind, 'ConfigMap');
    },
    refuses: isStatus,
  }),
  fuzzTarget({
    name: 'apiserver/timeout',
    input: fc.oneof(
      piecesOf([...'0123456789.-+', 'ns', 'us', 'µs', 'ms', 's', 'm', 'h']).map(short),
      nearMisses(['1m30s', '1.5h', '-1s', '0']),
    ),
    run: (timeout) => {
      const ms = timeoutOf(new URLSearchParams({ timeout }));
      assert.ok(ms > 0 && ms <= 60_000);
    },
    refuses: isStatus,
  }),
  fuzzTarget({
    name: 'apiserver/connect-options',
    input: piecesOf([
      'ports=',
      '80',
      ',',
      '&',
      '=',
      'command=',
      'stdin=',
      'tty=true',
      'container=',
      '%',
      '-1',
    ]).map(short),
    run: (text) => {
      const query = new URLSearchParams(text);
      execOptions(query);
      attachOptions(query);
      for (const port of portForwardOptions(query).ports ?? []) assert.ok(Number.isSafeInteger(port));
    },
    refuses: isStatus,
  }),
  fuzzTarget({
    name: 'apiserver/webhook-answer',
    input: fc.tuple(
      fc.record(
        {
          uid: fc.constantFrom(UID, UID, 'other'),
          allowed: fc.oneof(fc.boolean(), jsonValues(1)),
          status: jsonValues(2),
          patch: jsonValues(1),
          warnings: jsonValues(1),
        },
        { requiredKeys: [] },
      ),
      fc.boolean(),
      jsonValues(),
    ),
    run: ([response, isReview, other]) => {
      const answer = isReview
        ? { kind: 'AdmissionReview', apiVersion: 'admission.k8s.io/v1', response }
        : other;
      const verdict = verdictOf(answer, UID);
      assert.equal(typeof verdict.allowed, 'boolean');
      assert.ok(denial('a', verdict).code >= 400);
    },
    refuses: (error) => error instanceof Error && /^(?:expected|webhook response)/.test(error.message),
  }),
  fuzzTarget({
    name: 'apiserver/conversion-answer',
    input: fc.tuple(
      fc.record(
        {
          uid: fc.constantFrom(UID, UID, 'other'),
          result: fc.oneof(fc.constant({ status: 'Success' }), jsonValues(2)),
          convertedObjects: fc.oneof(
            fc.array(
              fc.record({
                apiVersion: fc.constant('a/v2'),
                kind: fc.constant('K'),
                metadata: jsonValues(3),
                spec: jsonValues(2),
              }),
            ),
            jsonValues(2),
          ),
        },
        { requiredKeys: [] },
      ),
      fc.boolean(),
    ),
    run: ([response, strict]) => {
      const version = strict ? 'v1' : 'v1beta1';
      const answer = { kind: 'ConversionReview', apiVersion: `apiextensions.k8s.io/${version}`, response };
      const sent = { apiVersion: 'a/v1', kind: 'K', metadata: {} };
      const asked = { version, uid: UID, desiredAPIVersion: 'a/v2', objects: [sent] } as const;
      const [made] = convertedBy(JSON.stringify(answer), asked);
      assert.deepEqual([made?.apiVersion, made?.kind], ['a/v2', 'K']);
    },
    refuses: (error) =>
      error instanceof ConversionFailure ||
      (error instanceof Error && error.message.startsWith('json: cannot unmarshal')),
  }),
  fuzzTarget({
    name: 'apiserver/webhook-document',
    input: nearMisses(
      [
        '{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","response":{"uid":"a"}}',
        'kind: A\nb: [c]\n',
      ],
      ['null', '[]', '{', '5', 'v1', 'a/b/c', '<html>', '&a', '*a', '- ', '"'],
    ),
    run: (text) => readReview(text, { group: 'admission.k8s.io', version: 'v1', kind: 'AdmissionReview' }),
    refuses: (error) =>
      error instanceof Error &&
      /^(?:couldn't get version|yaml: |no kind|converting|unexpected GroupVersion)/.test(error.message),
  }),
];
