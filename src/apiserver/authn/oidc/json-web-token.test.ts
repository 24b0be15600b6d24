import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { type FakeKey, fakeKey, jwk, signed } from './issuer.fake.ts';
import { ALL_ALGORITHMS, isSignedBy, readToken } from './json-web-token.ts';
import { parseKeySet } from './key-set.ts';

const CLAIMS = { iss: 'i', sub: 's' };
const set = (...keys: object[]) => parseKeySet(JSON.stringify({ keys }));
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
function accepts(token: string, ...keys: object[]): boolean {
  const read = readToken(token);
  return read !== undefined && isSignedBy(read, set(...keys));
}
const ec = fakeKey('ec');
const rsa = fakeKey('rsa', 'RS256');

test('every algorithm of upstream verifies with a key of its own', () => {
  for (const alg of ALL_ALGORITHMS) {
    const key = fakeKey('k', alg);
    assert.equal(accepts(signed(key, CLAIMS), jwk(key)), true, alg);
    const [head, , signature] = signed(key, CLAIMS).split('.');
    assert.equal(accepts(`${head}.${encode({ iss: 'evil' })}.${signature}`, jwk(key)), false, alg);
  }
});

test('a token without signature is none', () => {
  assert.equal(readToken(`${encode({ alg: 'none' })}.${encode(CLAIMS)}.`), undefined);
  assert.equal(accepts(`${encode({ alg: 'none' })}.${encode(CLAIMS)}.AA`, jwk(ec)), false);
});

test('a public key is no secret of a symmetric algorithm', () => {
  const pem = rsa.publicKey.export({ type: 'spki', format: 'pem' });
  for (const secret of [pem, JSON.stringify(jwk(rsa))]) {
    const body = `${encode({ alg: 'HS256', kid: 'rsa' })}.${encode(CLAIMS)}`;
    const mac = createHmac('sha256', secret).update(body).digest('base64url');
    assert.equal(accepts(`${body}.${mac}`, jwk(rsa)), false);
  }
});

test('the algorithm must fit the type and curve of the key, and be its own if it has one', () => {
  const as = (key: FakeKey, alg: string) => ({ ...key, alg });
  const header = { alg: 'ES384', kid: 'ec' };
  assert.equal(accepts(signed(ec, CLAIMS, header), jwk(ec)), false);
  assert.equal(accepts(signed(as(ec, 'ES384'), CLAIMS), { ...jwk(ec), alg: undefined }), false);
  assert.equal(accepts(signed(as(rsa, 'RS512'), CLAIMS), jwk(rsa)), false);
  assert.equal(accepts(signed(as(rsa, 'RS512'), CLAIMS), { ...jwk(rsa), alg: undefined }), true);
  assert.equal(accepts(signed(as(rsa, 'PS256'), CLAIMS), jwk(rsa)), false);
});

test('with a key id only keys of that id count, without one all do', () => {
  const other = fakeKey('other');
  assert.equal(accepts(signed(ec, CLAIMS, { alg: 'ES256', kid: 'other' }), jwk(other), jwk(ec)), false);
  assert.equal(accepts(signed(ec, CLAIMS, { alg: 'ES256' }), jwk(other), jwk(ec)), true);
});

test('a key in the token, critical extensions and ids that are no texts are not heeded', () => {
  const evil = fakeKey('evil');
  assert.equal(accepts(signed(evil, CLAIMS, { alg: 'ES256', jwk: jwk(evil) }), jwk(ec)), false);
  assert.equal(readToken(signed(ec, CLAIMS, { alg: 'ES256', crit: ['b64'], b64: false })), undefined);
  assert.equal(readToken(signed(ec, CLAIMS, { alg: 'ES256', kid: 5 })), undefined);
});

test('what is no token is none, and long texts are not read', () => {
  for (const text of ['', 'a.b.c', '..', 'e30.e30', 'e30.W10.AA', `${'e30.'.repeat(4)}AA`, '{"payload":""}'])
    assert.equal(readToken(text), undefined, text);
  assert.equal(readToken(signed(ec, { ...CLAIMS, long: 'x'.repeat(200_000) })), undefined);
});

test('of a key set only keys for signatures are used, and of a sensible length', () => {
  assert.equal(set({ ...jwk(ec), use: 'enc' }).length, 0);
  assert.equal(set({ kty: 'oct', k: 'AAAA', kid: 'x' }).length, 0);
  assert.equal(set({ kty: 'OKP', crv: 'Ed25519', x: 'AAAA' }).length, 0);
  assert.equal(set({ kty: 'RSA', n: 'AQAB', e: 'AQAB' }).length, 0);
  assert.equal(set({ kty: 'RSA', n: Buffer.alloc(2048, 255).toString('base64url'), e: 'AQAB' }).length, 0);
  assert.equal(set({ ...ec.privateKey.export({ format: 'jwk' }), kid: 'x' })[0]!.key.type, 'public');
  assert.equal(set(...Array.from({ length: 60 }, () => jwk(ec))).length, 50);
  for (const text of ['', '[]', '{}', '{"keys":5}', 'null'])
    assert.throws(() => parseKeySet(text), /^Error: oidc: failed to decode keys/);
});

test('tokens for many large keys without id are verified in a short time', () => {
  const key = fakeKey('k', 'RS256');
  const token = readToken(signed(key, CLAIMS, { alg: 'RS256' }))!;
  const wrong = set(...Array.from({ length: 50 }, () => ({ ...jwk(fakeRsa()), alg: undefined })));
  const started = process.cpuUsage().user;
  assert.equal(isSignedBy(token, wrong), false);
  assert.ok((process.cpuUsage().user - started) / 1000 < 50);
});

let made: FakeKey | undefined;
const fakeRsa = (): FakeKey => {
  made ??= fakeKey('r', 'RS256');
  return made;
};
