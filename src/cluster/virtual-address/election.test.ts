import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Health } from '../server-balancer/health.ts';
import { elect } from './election.ts';

const of = (healths: Readonly<Record<string, Health>>, last?: string) =>
  elect({ servers: Object.keys(healths), healthOf: (server) => healths[server]!, last });

test('it stays where it is as long as that server is ready', () => {
  for (const last of ['a', 'b', 'c']) assert.equal(of({ a: 'ready', b: 'ready', c: 'ready' }, last), last);
});

test('of the others all servers choose the same, whatever their order', () => {
  const chosen = of({ a: 'silent', b: 'ready', c: 'ready' }, 'a');
  assert.ok(chosen === 'b' || chosen === 'c');
  assert.equal(of({ c: 'ready', b: 'ready', a: 'silent' }, 'a'), chosen);
  assert.equal(of({ c: 'ready', b: 'ready', a: 'unready' }, 'a'), chosen);
  assert.equal(of({ c: 'ready', b: 'ready' }, undefined), chosen);
});

test('without any that is ready one that answers has it, but none that hears nobody', () => {
  assert.equal(of({ a: 'unready', b: 'unready', c: 'silent' }, 'b'), 'b');
  assert.equal(of({ a: 'unready', b: 'silent', c: 'silent' }, 'a'), undefined);
  assert.equal(of({ a: 'silent', b: 'silent' }, 'a'), undefined);
});

test('a server that is alone in its cluster has it', () => {
  assert.equal(of({ a: 'ready' }), 'a');
  assert.equal(of({ a: 'unready' }), 'a');
});
