import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  configurationOf,
  LAST_APPLIED,
  lastAppliedOf,
  savedConfiguration,
  withLastApplied,
} from './last-applied.ts';

const object = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'c' }, data: { b: '<&>', a: '1' } };

describe('the annotation of the last configuration', () => {
  it('has sorted keys, escapes, annotations and a line break as upstream writes them', () => {
    assert.equal(
      lastAppliedOf(withLastApplied(object)),
      '{"apiVersion":"v1","data":{"a":"1","b":"\\u003c\\u0026\\u003e"},"kind":"ConfigMap","metadata":{"annotations":{},"name":"c"}}\n',
    );
  });

  it('is no part of itself', () => {
    const twice = withLastApplied(withLastApplied(object));
    assert.deepEqual(twice, withLastApplied(object));
    assert.deepEqual(configurationOf(twice).metadata, { name: 'c', annotations: {} });
  });

  it('is renewed where it was, and written where it is asked for', () => {
    const stale = { ...object, metadata: { name: 'c', annotations: { [LAST_APPLIED]: 'old' } } };
    assert.deepEqual(savedConfiguration(stale, false), withLastApplied(object));
    assert.equal(savedConfiguration(object, false), object);
    assert.deepEqual(savedConfiguration(object, true), withLastApplied(object));
  });
});
