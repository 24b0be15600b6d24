import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearerOf } from './bearer.ts';

const PROTOCOL = 'base64url.bearer.authorization.k8s.io.';
const by = (authorization: string) => bearerOf({ headers: { authorization }, path: '/' });
const over = (protocols: string, upgrade = true) =>
  bearerOf({ headers: { 'sec-websocket-protocol': protocols }, path: '/', upgrade });

test('the token of an Authorization header, whatever the case of its scheme', () => {
  assert.deepEqual(by('Bearer abc'), { token: 'abc' });
  assert.deepEqual(by('bearer abc def'), { token: 'abc' });
  for (const text of ['Basic abc', 'Bearer', 'Bearer ', '']) assert.equal(by(text), undefined);
});

test('the token among the subprotocols of a WebSocket', () => {
  const encoded = Buffer.from('abc').toString('base64url');
  assert.deepEqual(over(`${PROTOCOL}${encoded}, v5.channel.k8s.io`), { token: 'abc' });
  assert.equal(over('v5.channel.k8s.io'), undefined);
  assert.equal(over(`${PROTOCOL}${encoded}, v5.channel.k8s.io`, false), undefined);
});

test('one that cannot be read, is alone, or not alone of its kind, is invalid', () => {
  const encoded = Buffer.from('abc').toString('base64url');
  for (const protocols of [
    `${PROTOCOL}${encoded}`,
    `${PROTOCOL}${encoded}, ${PROTOCOL}${encoded}, v5`,
    `${PROTOCOL}, v5`,
    `${PROTOCOL}a=b, v5`,
    `${PROTOCOL}${Buffer.of(255, 254).toString('base64url')}, v5`,
  ])
    assert.equal(over(protocols), 'invalid', protocols);
});
