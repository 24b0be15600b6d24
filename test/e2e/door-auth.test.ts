// Who may pass: bearer tokens, and what another server says, with the real HAProxy.
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, test } from 'node:test';
import type { Policy } from '../../src/gateway/model/policy.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { aBackend, aModel, aRoute, ask, backendsOf, openDoor, type TestDoor } from '../support/door/door.ts';
import { type Echo, type Echoed, startEcho } from '../support/door/echo.ts';

const [ADDRESS, GATEWAY] = ['127.77.216.1', '127.77.216.2'];
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pemOf = (key: KeyObject) => key.export({ type: 'spki', format: 'pem' }).toString();
const now = () => Math.floor(systemClock.now() / 1_000);

const ISSUER = 'https://issuer.test/"x" y';
const claims = () => ({ iss: ISSUER, aud: 'shop', exp: now() + 60, sub: 'ali', roles: ['reader', 'admin'] });
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

type Signer = (text: Buffer) => Buffer;
const byRsa =
  (key: KeyObject): Signer =>
  (text) =>
    sign('sha256', text, key);
const byEc: Signer = (text) => sign('sha256', text, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
const byPublicKey: Signer = (text) => createHmac('sha256', pemOf(rsa.publicKey)).update(text).digest();

function token(
  payload: object = claims(),
  header: object = { alg: 'RS256' },
  signer = byRsa(rsa.privateKey),
) {
  const text = `${encoded(header)}.${encoded(payload)}`;
  return `${text}.${signer(Buffer.from(text)).toString('base64url')}`;
}

const jwt: Policy['jwt'] = {
  issuer: ISSUER,
  audiences: ['shop', 'store'],
  keys: [
    { algorithm: 'RS256', pem: pemOf(rsa.publicKey) },
    { algorithm: 'ES256', id: 'ec 1', pem: pemOf(ec.publicKey) },
  ],
  required: [{ claim: 'roles', values: ['admin', 'owner'] }],
  headers: [{ claim: 'sub', header: 'x-user' }],
  forward: false,
};
const asked = { backend: 'asked_a', path: '/check', send: ['x-sent'], receive: ['x-user'] };

let door: TestDoor;
let echo: Echo;
let judge: http.Server;
const seen: http.IncomingMessage[] = [];

/** Says what the header x-sent, or the query, asks for. */
function startJudge(): Promise<http.Server> {
  const server = http.createServer((request, response) => {
    seen.push(request);
    const verdict = String(request.headers['x-sent'] ?? '200');
    if (verdict === 'nothing') return void request.socket.destroy();
    response.writeHead(Number(verdict), {
      'x-user': 'judged',
      'www-authenticate': 'Basic realm="judge"',
      'set-cookie': ['a=1', 'b=2'],
      location: 'https://login.test/',
    });
    response.end(`verdict ${verdict}`);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

const asks = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  ask({ address: GATEWAY, host: 'h.test', path, headers, method });
const withToken = (text: string) => asks('/jwt', { authorization: `Bearer ${text}`, 'x-user': 'root' });

describe('who may pass the door', () => {
  before(async () => {
    [door, echo, judge] = await Promise.all([openDoor(ADDRESS), startEcho('echo'), startJudge()]);
    const judged = { ip: '127.0.0.1', port: (judge.address() as AddressInfo).port };
    const policies: Readonly<Record<string, Partial<Policy>>> = {
      jwt: { jwt },
      kept: { jwt: { ...jwt, forward: true, required: [], audiences: [] } },
      asked: { asked, rewrite: { to: '/inside' } },
      alone: { asked: { ...asked, path: '/alone', alone: true, signIn: 'https://login.test/?rd=' } },
      loop: { asked: { ...asked, backend: 'p_loop' } },
      away: { asked: { ...asked, backend: 'away_a' } },
    };
    const backends = Object.entries(policies).map(([name, policy]) => aBackend(`p_${name}`, [echo], policy));
    const routes = backends.map(({ name }) => aRoute(name, { path: `/${name.slice(2)}` }));
    const place = { addresses: [GATEWAY], protocol: 'http', port: 80, name: 'gw_80' } as const;
    await door.proxies.apply(
      aModel({
        backends: backendsOf(...backends, aBackend('asked_a', [judged]), aBackend('away_a', [])),
        entrances: [{ ...place, listeners: [{ host: '', routes }] }],
      }),
    );
  });
  after(async () => {
    await door?.stop();
    echo?.close();
    judge?.close();
    judge?.closeAllConnections();
  });

  test('a token with a good signature and good claims passes, and the backend gets its claims', async () => {
    const { status, text } = await withToken(token());
    assert.equal(status, 200, text);
    const { headers } = JSON.parse(text) as Echoed;
    assert.deepEqual([headers['x-user'], headers.authorization], ['ali', undefined]);
    const kept = await asks('/kept', { authorization: `Bearer ${token()}` });
    assert.match((JSON.parse(kept.text) as Echoed).headers.authorization!, /^Bearer /);
    const elliptic = token(
      { ...claims(), aud: ['x', 'store'], nbf: now() - 5 },
      { alg: 'ES256', kid: 'ec 1' },
      byEc,
    );
    assert.equal((await withToken(elliptic)).status, 200);
  });

  const refused: Readonly<Record<string, () => string>> = {
    'is none': () => 'x.y.z',
    'has no signature': () => `${encoded({ alg: 'none' })}.${encoded(claims())}.`,
    'is signed by another': () => token(claims(), { alg: 'RS256' }, byRsa(otherRsa.privateKey)),
    'is signed with the public key as a secret': () => token(claims(), { alg: 'HS256' }, byPublicKey),
    'says another algorithm than it has': () => token(claims(), { alg: 'ES256' }),
    'names a key that it was not signed with': () => token(claims(), { alg: 'ES256', kid: 'other' }, byEc),
    'was changed': () => token().replace(/\.[^.]*\./, `.${encoded({ ...claims(), sub: 'root' })}.`),
    'has ended': () => token({ ...claims(), exp: now() - 1 }),
    'has no end': () => token({ ...claims(), exp: undefined }),
    'has an end that is no number': () => token({ ...claims(), exp: 'never' }),
    'has an end that looks like a number': () => token({ ...claims(), exp: `${now() + 60} x` }),
    'has not begun': () => token({ ...claims(), nbf: now() + 60 }),
    'has a beginning that is no number': () => token({ ...claims(), nbf: 'now' }),
    'is of another issuer': () => token({ ...claims(), iss: 'https://issuer.test/' }),
    'is for others': () => token({ ...claims(), aud: ['shopping'] }),
    'is for nobody': () => token({ ...claims(), aud: undefined }),
    'lacks a claim': () => token({ ...claims(), roles: ['reader'] }),
  };
  for (const [how, made] of Object.entries(refused))
    test(`a token that ${how} does not pass`, async () => {
      const { status, headers } = await withToken(made());
      assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer error="invalid_token"']);
    });

  test('without a token nobody passes', async () => {
    const { status, headers } = await asks('/jwt');
    assert.deepEqual([status, headers['www-authenticate']], [401, 'Bearer']);
  });

  test('a claim with a new line becomes no header', async () => {
    const { text } = await withToken(token({ ...claims(), sub: 'a\r\nx-evil: 1' }));
    const { headers } = JSON.parse(text) as Echoed;
    assert.deepEqual([headers['x-user'], headers['x-evil']], [undefined, undefined]);
  });

  test('another server is asked with what it is to know, and a request that passes has what it answered', async () => {
    const headers = { 'x-sent': '204', 'x-user': 'root', 'x-other': '1', authorization: 'a b' };
    const { status, text } = await asks('/asked/x?q=1', headers, 'PUT');
    assert.equal(status, 200, text);
    const echoed = JSON.parse(text) as Echoed;
    assert.deepEqual([echoed.headers['x-user'], echoed.url], ['judged', '/inside?q=1']);
    const { method, url, headers: got } = seen.at(-1)!;
    assert.deepEqual([method, url], ['PUT', '/check/asked/x?q=1']);
    assert.deepEqual(
      [got['x-sent'], got['x-other'], got.authorization, got.host],
      ['204', undefined, 'a b', 'h.test'],
    );
    assert.equal((await asks('/asked', { 'x-sent': '200' }, 'HEAD')).status, 200);
  });

  test('any other answer than yes goes to the client', async () => {
    for (const verdict of ['401', '403', '302', '500']) {
      const { status, text, headers } = await asks('/asked', { 'x-sent': verdict });
      assert.deepEqual([status, text], [Number(verdict), `verdict ${verdict}`]);
      assert.deepEqual(headers['set-cookie'], ['a=1', 'b=2']);
      assert.equal(headers['www-authenticate'], 'Basic realm="judge"');
      assert.equal(headers.location, 'https://login.test/');
    }
  });

  test('clients are sent to sign in, and told where they come from', async () => {
    const { status, headers } = await asks('/alone/x?a=b c'.replace(' ', '%20'), {
      'x-sent': '401',
      'x-any': '1',
    });
    const from = encodeURIComponent('http://h.test/alone/x?a=b%20c');
    assert.deepEqual([status, headers.location], [302, `https://login.test/?rd=${from}`]);
    const { method, url, headers: got } = seen.at(-1)!;
    assert.deepEqual([method, url, got['x-any']], ['GET', '/alone', '1']);
    assert.deepEqual(
      [got['x-original-method'], got['x-original-url']],
      ['GET', 'http://h.test/alone/x?a=b%20c'],
    );
    assert.equal((await asks('/alone', { 'x-sent': '403' })).status, 403);
  });

  test('without an answer nobody passes', async () => {
    assert.equal((await asks('/asked', { 'x-sent': 'nothing' })).status >= 500, true);
    assert.equal((await asks('/away')).status, 503);
    assert.equal((await asks('/loop')).status, 503);
  });
});
