import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import type { JWTAuthenticator } from '../../configuration/authentication.ts';
import { settled } from '../configured/configuration.ts';
import { userOf } from './mapping.ts';

before(loadPatterns);

const ISSUER = { url: 'https://issuer.example', audiences: ['a'] };
const BY_SUB = { claim: 'sub', prefix: '' };

function map(claims: Record<string, unknown>, changes: JWTAuthenticator = {}) {
  const claimMappings = { username: BY_SUB, ...changes.claimMappings };
  const [settings] = settled({ jwt: [{ issuer: ISSUER, ...changes, claimMappings }] }, []).issuers;
  return userOf(settings!, { sub: 'jane', ...claims });
}
const mapped = (claims: Record<string, unknown>, claimMappings: JWTAuthenticator['claimMappings']) =>
  map(claims, { claimMappings: claimMappings! });
function error(run: () => unknown): string {
  try {
    run();
  } catch (thrown) {
    return (thrown as Error).message;
  }
  return '';
}

test('user names by claim', () => {
  assert.deepEqual(map({}), { name: 'jane', groups: [] });
  const by = (claim: string, claims: Record<string, unknown>) => () =>
    mapped(claims, { username: { claim, prefix: 'p:' } }).name;
  assert.equal(by('n', { n: 'x' })(), 'p:x');
  assert.equal(error(by('n', {})), 'oidc: parse username claims "n": claim not present');
  assert.equal(
    error(by('n', { n: 5 })),
    'oidc: parse username claims "n": json: cannot unmarshal number into Go value of type string',
  );
  assert.equal(by('email', { email: 'x@y' })(), 'p:x@y');
  assert.equal(by('email', { email: 'x@y', email_verified: true })(), 'p:x@y');
  assert.equal(error(by('email', { email: 'x@y', email_verified: false })), 'oidc: email not verified');
  assert.match(
    error(by('email', { email: 'x@y', email_verified: 'true' })),
    /^oidc: parse 'email_verified' claim/,
  );
  // A claim that every object seems to have.
  assert.match(error(by('constructor', {})), /claim not present$/);
});

test('user names by expression', () => {
  const by =
    (expression: string, claims: Record<string, unknown> = {}) =>
    () =>
      mapped(claims, { username: { expression } }).name;
  assert.equal(by("claims.sub + ':x'")(), 'jane:x');
  assert.equal(by('claims.a__dot__b.c__dash__d', { 'a.b': { 'c-d': 'deep' } })(), 'deep');
  assert.equal(by("claims['a.b']", { 'a.b': 'x' })(), 'x');
  assert.equal(by('claims.list[1].n__slash__m', { list: [{}, { 'n/m': 'y' }] })(), 'y');
  const during = 'oidc: error evaluating username claim expression: ';
  assert.equal(error(by('claims.n', { n: 5 })), `${during}username claim expression must return a string`);
  assert.equal(error(by("''")), 'oidc: empty username via CEL expression is not allowed');
  assert.equal(
    error(by('claims.missing')),
    `${during}expression 'claims.missing' resulted in error: no such key: missing`,
  );
  assert.equal(by("claims.n > 1.5 && claims.n == 2 ? 'ok' : 'no'", { n: 2 })(), 'ok');
});

test('groups by claim or expression: one or several', () => {
  const groups = { claim: 'g', prefix: 'p:' };
  assert.deepEqual(mapped({}, { groups }).groups, []);
  assert.deepEqual(mapped({ g: 'a' }, { groups }).groups, ['p:a']);
  assert.deepEqual(mapped({ g: ['a', 'b'] }, { groups }).groups, ['p:a', 'p:b']);
  assert.match(
    error(() => mapped({ g: ['a', 5] }, { groups })),
    /^oidc: parse groups claim "g": json: cannot unmarshal array/,
  );
  const by = (expression: string) => () => mapped({ g: ['a', '', 'b'] }, { groups: { expression } }).groups;
  assert.deepEqual(by('claims.g')(), ['a', 'b']);
  assert.deepEqual(by("claims.g.map(x, 'p:' + x)")(), ['p:a', 'p:', 'p:b']);
  assert.deepEqual(by("'one'")(), ['one']);
  assert.deepEqual(by("''")(), []);
  assert.deepEqual(by('null')(), []);
  assert.equal(
    error(by('[1]')),
    'oidc: error evaluating group claim expression: expression must return a string or a list of strings',
  );
});

test('uid and extra', () => {
  assert.equal(mapped({}, { uid: { claim: 'sub' } }).uid, 'jane');
  assert.match(
    error(() => mapped({}, { uid: { claim: 'id' } })),
    /^oidc: parse uid claim "id": claim not present$/,
  );
  assert.equal(mapped({}, { uid: { expression: "'u-' + claims.sub" } }).uid, 'u-jane');
  const extra = (valueExpression: string) => ({ extra: [{ key: 'a.io/b', valueExpression }] });
  assert.deepEqual(mapped({ t: 'x' }, extra('claims.t')).extra, { 'a.io/b': ['x'] });
  assert.equal(mapped({ t: '' }, extra('claims.t')).extra, undefined);
  assert.match(
    error(() => mapped({ t: 5 }, extra('claims.t'))),
    /^oidc: error evaluating extra claim expression: claims.t: expression must return/,
  );
  assert.deepEqual(map({ jti: 'id' }).extra, { 'authentication.kubernetes.io/credential-id': ['JTI=id'] });
});

test('required claims and rules for claims and users', () => {
  const rules =
    (claims: Record<string, unknown>, ...claimValidationRules: object[]) =>
    () =>
      map(claims, { claimValidationRules });
  const hd = { claim: 'hd', requiredValue: 'x' };
  assert.equal(rules({ hd: 'x' }, hd)().name, 'jane');
  assert.equal(error(rules({}, hd)), 'oidc: required claim hd not present in ID token');
  assert.equal(
    error(rules({ hd: 'y' }, hd)),
    'oidc: required claim hd value does not match. Got = y, want = x',
  );
  assert.match(error(rules({ hd: ['x'] }, hd)), /^oidc: parse claim hd: json: cannot unmarshal array/);
  const short = { expression: 'claims.exp - claims.nbf <= 10', message: 'lives too long' };
  assert.equal(rules({ exp: 10, nbf: 5 }, short)().name, 'jane');
  assert.equal(
    error(rules({ exp: 100, nbf: 5 }, short)),
    "oidc: error evaluating claim validation expression: validation expression 'claims.exp - claims.nbf <= 10' failed: lives too long",
  );
  const reserved = { expression: "!user.username.startsWith('system:')", message: 'reserved' };
  assert.equal(
    error(() => map({ sub: 'system:admin' }, { userValidationRules: [reserved] })),
    "oidc: error evaluating user info validation rule: validation expression '!user.username.startsWith('system:')' failed: reserved",
  );
  const inGroup = { expression: "'a' in user.groups && user.uid == 'u' && user.extra == {}", message: 'm' };
  const claimMappings = {
    username: BY_SUB,
    groups: { claim: 'g', prefix: '' },
    uid: { claim: 'u' },
  };
  assert.equal(map({ g: 'a', u: 'u' }, { claimMappings, userValidationRules: [inGroup] }).name, 'jane');
});

test('an expression that would work for too long is stopped', () => {
  const claims = { a: Array.from({ length: 1000 }, (_, i) => `${i}`) };
  const expression = 'claims.a.all(x, claims.a.all(y, claims.a.all(z, x + y + z != "")))';
  const started = process.cpuUsage().user;
  assert.match(
    error(() => map(claims, { claimValidationRules: [{ expression }] })),
    /actual cost limit exceeded$/,
  );
  assert.ok((process.cpuUsage().user - started) / 1000 < 1000);
});
