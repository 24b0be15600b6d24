import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyDefaults } from '../defaults/apply-defaults.ts';
import { apiVersionOf } from '../meta/v1/resource.ts';
import { encodeDocument } from '../protobuf/encode.ts';
import { sampleOf } from '../schema/sample.fake.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { otherKinds } from '../scheme/other-kinds.ts';
import { otherForms } from '../scheme/other-versions.ts';
import { decodeBody } from './decode.ts';
import { normalize } from './normalize.ts';

const KINDS = [...builtInKinds, ...otherKinds, ...otherForms.keys()];

const samples = KINDS.map((kind) => {
  const { kind: name } = kind.resource;
  return { kind, sample: { ...sampleOf(kind), apiVersion: apiVersionOf(kind.resource), kind: name } };
});

test('every field of every kind survives JSON', () => {
  for (const { kind, sample } of samples) {
    const { object } = decodeBody(kind, JSON.stringify(sample), { fieldValidation: 'Strict' });
    assert.deepEqual(object, sample, kind.name);
    assert.deepEqual(normalize(kind, object), sample, kind.name);
  }
});

test('every field of every kind survives protobuf', () => {
  for (const { kind, sample } of samples) {
    const { object } = decodeBody(kind, encodeDocument(kind, sample), {
      mediaType: 'application/vnd.kubernetes.protobuf',
    });
    assert.deepEqual(object, sample, kind.name);
  }
});

test('the stored form of a defaulted minimal object is stable, for every kind', () => {
  for (const { kind } of samples) {
    const { object } = decodeBody(kind, '{"metadata":{"name":"x"}}');
    applyDefaults(kind, object);
    const stored = normalize(kind, object);
    assert.equal(normalize(kind, stored), stored, kind.name);
    const again = decodeBody(kind, JSON.stringify(stored), { fieldValidation: 'Strict' }).object;
    applyDefaults(kind, again);
    assert.deepEqual(normalize(kind, again), stored, kind.name);
  }
});

test('every field of every kind refuses a value of the wrong type', () => {
  for (const { kind, sample } of samples) {
    for (const name of Object.keys(kind.fields)) {
      const wrong = typeof sample[name as keyof typeof sample] === 'object' ? 'text' : { a: 1 };
      const body = JSON.stringify({ ...sample, [name]: wrong });
      assert.throws(() => decodeBody(kind, body), /cannot unmarshal/, `${kind.name} ${name}`);
    }
  }
});
