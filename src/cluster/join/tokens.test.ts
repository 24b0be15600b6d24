import assert from 'node:assert/strict';
import { test } from 'node:test';
import { usableToken } from '../../api/tokens/bootstrap-token.ts';
import { seededRandom } from '../../kit/random.ts';
import {
  checkTokenOptions,
  newToken,
  shortDuration,
  type TokenOptions,
  textOf,
  tokenIdOf,
  tokenOf,
  tokenOfSecret,
  tokenSecret,
} from './tokens.ts';

const NOW = Date.UTC(2026, 10, 30, 12);
const HOUR = 3_600_000;
const token = { id: 'abcdef', secret: '0123456789abcdef' };
const options = (given: Partial<TokenOptions> = {}): TokenOptions => ({
  ttl: 24 * HOUR,
  usages: ['signing', 'authentication'],
  groups: ['system:bootstrappers:kubeadm:default-node-token'],
  description: '',
  ...given,
});

test('new tokens have the form of one, and all characters in it', () => {
  const random = seededRandom(1);
  const texts = Array.from({ length: 200 }, () => textOf(newToken(random)));
  for (const text of texts) assert.match(text, /^[a-z0-9]{6}\.[a-z0-9]{16}$/);
  assert.equal(new Set(texts.join('')).size, 37);
});

test('a Secret says all of its token, and the API accepts it for what it is allowed', () => {
  const secret = tokenSecret(token, options({ description: 'for n1' }), NOW);
  assert.equal(secret.metadata.name, 'bootstrap-token-abcdef');
  assert.deepEqual(tokenOfSecret(secret), {
    token: 'abcdef.0123456789abcdef',
    description: 'for n1',
    expires: '2026-12-01T12:00:00Z',
    usages: ['authentication', 'signing'],
    groups: ['system:bootstrappers:kubeadm:default-node-token'],
  });
  assert.deepEqual(usableToken(secret, 'authentication', NOW), token);
  assert.equal(usableToken(secret, 'signing', NOW + 24 * HOUR), undefined);
  const forever = tokenSecret(token, options({ ttl: 0, usages: ['signing'], groups: [] }), NOW);
  assert.deepEqual(tokenOfSecret(forever), { token: 'abcdef.0123456789abcdef', usages: ['signing'] });
});

test('what is no token is refused in upstream’s words, and not shown', () => {
  assert.throws(
    () => tokenOf('abcdef.SECRET'),
    (error: Error) => !error.message.includes('SECRET'),
  );
  assert.equal(tokenIdOf('abcdef'), 'abcdef');
  assert.equal(tokenIdOf('abcdef.0123456789abcdef'), 'abcdef');
  assert.throws(() => tokenIdOf('abc'), /given token didn't match pattern/);
  assert.throws(
    () => checkTokenOptions(options({ usages: ['signing', 'x'], groups: [] })),
    /^Error: invalid bootstrap token usage string: x, valid usage options: signing,authentication$/,
  );
  assert.throws(
    () => checkTokenOptions(options({ usages: ['signing'] })),
    /token groups cannot be specified unless --usages includes "authentication"/,
  );
  assert.throws(() => checkTokenOptions(options({ groups: ['system:masters'] })), /is invalid \(must match/);
  checkTokenOptions(options());
});

test('a Secret that holds no token is told apart', () => {
  const secret = tokenSecret(token, options(), NOW);
  const other = { ...secret, metadata: { ...secret.metadata, name: 'bootstrap-token-000000' } };
  assert.throws(() => tokenOfSecret(other), /Expected: "bootstrap-token-abcdef"/);
  assert.throws(() => tokenOfSecret({ ...secret, data: {} }), /has no token-id data: bootstrap-token-abcdef/);
});

test('what is left of a time is told in its largest unit', () => {
  const cases: [number, string][] = [
    [-5_000, '<invalid>'],
    [-1_500, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [23.9 * HOUR, '23h'],
    [24 * HOUR, '1d'],
    [366 * 24 * HOUR, '1y'],
  ];
  for (const [ms, text] of cases) assert.equal(shortDuration(ms), text);
});
