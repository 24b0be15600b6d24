import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Endpoint } from '../kinds/discovery/v1/endpoint-slice.ts';
import { usableEndpoints } from './conditions.ts';

const endpoints = (all: Record<string, NonNullable<Endpoint['conditions']>>): Endpoint[] =>
  Object.entries(all).map(([name, conditions]) => ({ addresses: [name], conditions }));
const usable = (all: Record<string, NonNullable<Endpoint['conditions']>>) =>
  usableEndpoints(endpoints(all)).map(({ addresses }) => addresses[0]);

const leaving = { ready: false, serving: true, terminating: true };

test('ready endpoints receive traffic; an unset condition means ready', () => {
  assert.deepEqual(usable({ a: { ready: true }, b: {}, c: { ready: false }, d: leaving }), ['a', 'b']);
});

test('serving terminating endpoints receive traffic only if none is ready', () => {
  assert.deepEqual(usable({ c: { ready: false }, d: leaving }), ['d']);
  assert.deepEqual(usable({ d: { ready: false, terminating: true } }), ['d']);
  assert.deepEqual(usable({ d: { ...leaving, serving: false } }), []);
});

test('an endpoint that is serving but neither ready nor terminating receives none', () => {
  assert.deepEqual(usable({ a: { ready: false, serving: true } }), []);
});
