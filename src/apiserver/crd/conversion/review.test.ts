// What upstream's converter says of answers: measured with that of v1.36.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConversionFailure, convertedBy } from './review.ts';

const SENT = {
  apiVersion: 'example.com/v1',
  kind: 'Gizmo',
  metadata: { name: 'a', namespace: 'n', uid: 'u' },
};
const ASKED = { uid: 'UID', desiredAPIVersion: 'example.com/v2' };

function said(text: string, version: 'v1' | 'v1beta1' = 'v1', count = 1): string {
  const objects = Array.from({ length: count }, () => SENT);
  try {
    return `${convertedBy(text, { ...ASKED, version, objects }).length} objects`;
  } catch (error) {
    const { message } = error as Error;
    return error instanceof ConversionFailure ? (error.isWhole ? `whole: ${message}` : message) : message;
  }
}

const HEAD =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
const PARSE = "couldn't get version/kind; json parse error: ";
const into = (what: string) => `${PARSE}json: cannot unmarshal ${what} into Go value of type ${HEAD}`;
const EXPECTED = 'failed: expected webhook response of apiextensions.k8s.io/v1, Kind=ConversionReview, got ';

test('answers that are no object', () => {
  for (const [text, why] of [
    [' ', `${EXPECTED}/, Kind=`],
    ['null', `${EXPECTED}/, Kind=`],
    ['<html>secret</html>', into('string')],
    [`<p>${'x: '.repeat(100_000)}`, into('string')],
    ['[]', into('array')],
    ['5', into('number')],
    ['true', into('bool')],
    ['"x"', into('string')],
    ['{', `${PARSE}unexpected end of JSON input`],
    ['{"a" 1}', `${PARSE}invalid character '1' after object key`],
    ['{"a":secret}', `${PARSE}invalid character 's' looking for beginning of value`],
    ['{"kind":5}', `${PARSE}json: cannot unmarshal number into Go struct field .kind of type string`],
    [
      '{"apiVersion":[]}',
      `${PARSE}json: cannot unmarshal array into Go struct field .apiVersion of type string`,
    ],
  ] as const)
    assert.equal(said(text), why);
  assert.match(said('not json: {'), /^yaml: /);
  assert.match(said(`{"response":${'['.repeat(100_000)}`), /json parse error: .*exceeded max depth$/);
});

test('answers of another kind', () => {
  const scheme = 'in scheme "k8s.io/apiserver/pkg/util/webhook/client.go:71"';
  const unknown = (kind: string, version: string) =>
    `no kind "${kind}" is registered for version "${version}" ${scheme}`;
  for (const [apiVersion, kind, why] of [
    ['', '', `${EXPECTED}/, Kind=`],
    ['', 'ConversionReview', `${EXPECTED}/, Kind=ConversionReview`],
    ['apiextensions.k8s.io/v1', '', `${EXPECTED}apiextensions.k8s.io/v1, Kind=`],
    ['v1', 'ConversionReview', unknown('ConversionReview', 'v1')],
    ['apiextensions.k8s.io/v2', 'ConversionReview', unknown('ConversionReview', 'apiextensions.k8s.io/v2')],
    ['apiextensions.k8s.io/v1', 'Other', unknown('Other', 'apiextensions.k8s.io/v1')],
    ['admission.k8s.io/v1', 'AdmissionReview', unknown('AdmissionReview', 'admission.k8s.io/v1')],
    ['a/b/c', 'ConversionReview', 'unexpected GroupVersion string: a/b/c'],
    ['v1', 'Status', 'converting (v1.Status) to (v1.ConversionReview): unknown conversion'],
    [
      'apiextensions.k8s.io/v1beta1',
      'ConversionReview',
      'converting (v1beta1.ConversionReview) to (v1.ConversionReview): unknown conversion',
    ],
    [
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      'converting (v1.CustomResourceDefinition) to (v1.ConversionReview): unknown conversion',
    ],
  ] as const) {
    const named = { ...(apiVersion && { apiVersion }), ...(kind && { kind }) };
    assert.equal(said(JSON.stringify({ ...named, response: { uid: 'UID' } })), why);
  }
  assert.equal(said('{}', 'v1beta1'), 'failed: no response provided');
});

const review = (more: object) =>
  JSON.stringify({ kind: 'ConversionReview', apiVersion: 'apiextensions.k8s.io/v1', ...more });

test('fields of another type, and responses to something else', () => {
  const field = (what: string, at: string, type: string) =>
    `json: cannot unmarshal ${what} into Go struct field ${at} of type ${type}`;
  const success = { uid: 'UID', result: { status: 'Success' } };
  for (const [more, why] of [
    [{}, 'failed: no response provided'],
    [{ response: null }, 'failed: no response provided'],
    [{ response: 5 }, field('number', 'ConversionReview.response', 'v1.ConversionResponse')],
    [{ response: [] }, field('array', 'ConversionReview.response', 'v1.ConversionResponse')],
    [{ request: 5 }, field('number', 'ConversionReview.request', 'v1.ConversionRequest')],
    [{ response: {} }, 'failed: expected response.uid="UID", got ""'],
    [{ response: { uid: 5 } }, field('number', 'ConversionResponse.response.uid', 'types.UID')],
    [{ response: { ...success, uid: 'other' } }, 'failed: expected response.uid="UID", got "other"'],
    [{ response: { uid: 'UID' } }, "failed: response.result.status was '', not 'Success'"],
    [
      { response: { uid: 'UID', result: 'x' } },
      field('string', 'ConversionResponse.response.result', 'v1.Status'),
    ],
    [
      { response: { uid: 'UID', result: { status: 5 } } },
      field('number', 'Status.response.result.status', 'string'),
    ],
    [
      { response: { uid: 'UID', result: { message: 5 } } },
      field('number', 'Status.response.result.message', 'string'),
    ],
    [
      { response: { uid: 'UID', result: { status: 'Odd' } } },
      "failed: response.result.status was 'Odd', not 'Success'",
    ],
    [{ response: { uid: 'UID', result: { status: 'Failure', message: 'no way' } } }, 'failed: no way'],
    [
      { response: { ...success, convertedObjects: {} } },
      field('object', 'ConversionResponse.response.convertedObjects', '[]runtime.RawExtension'),
    ],
    [{ response: { ...success, convertedObjects: null } }, 'returned 0 objects, expected 1'],
    [{ response: { ...success, convertedObjects: [{}, {}] } }, 'returned 2 objects, expected 1'],
  ] as const)
    assert.equal(said(review(more)), why);
});

test('objects that are not what was asked for; of a single one that cannot be read only that is said', () => {
  const good = { ...SENT, apiVersion: 'example.com/v2' };
  const answered = (...convertedObjects: unknown[]) =>
    review({ response: { uid: 'UID', result: { status: 'Success' }, convertedObjects } });
  assert.equal(said(answered(good)), '1 objects');
  const map = 'Go value of type map[string]interface {}';
  for (const [object, why] of [
    [null, 'unexpected end of JSON input'],
    [5, `json: cannot unmarshal number into ${map}`],
    ['x', `json: cannot unmarshal string into ${map}`],
    [[], `json: cannot unmarshal array into ${map}`],
    [{}, "Object 'Kind' is missing in '{}'"],
    [{ kind: 5 }, `Object 'Kind' is missing in '{"kind":5}'`],
    [
      { kind: 'Gizmo', apiVersion: 'a/b/c' },
      `Object 'Kind' is missing in '{"kind":"Gizmo","apiVersion":"a/b/c"}'`,
    ],
  ] as const) {
    assert.equal(said(answered(object)), `whole: ${why}`);
    assert.equal(
      said(answered(good, object), 'v1', 2),
      `returned invalid converted object at index 1: ${why}`,
    );
  }
  for (const [object, why] of [
    [{ kind: 'Gizmo' }, ' at index 0: invalid groupVersion (expected example.com/v2, received )'],
    [
      { kind: 'Gizmo', apiVersion: 'v2' },
      ' at index 0: invalid groupVersion (expected example.com/v2, received v2)',
    ],
    [{ ...good, kind: 'Other' }, ' at index 0: invalid kind (expected Gizmo, received Other)'],
    [{ ...good, metadata: 5 }, ': must have the same name: a != '],
    [{ ...good, metadata: { name: 5 } }, ': must have the same name: a != '],
    [{ ...good, metadata: { name: 'a', namespace: 'x' } }, ': must have the same namespace: n != x'],
  ] as const)
    assert.equal(said(answered(object)), `returned invalid object${why}`);
});
