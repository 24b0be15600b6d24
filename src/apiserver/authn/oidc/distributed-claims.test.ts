import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { loadPatterns } from '../../../api/cel/access/expressions.ts';
import { systemClock as clock } from '../../../kit/clock.ts';
import { silentLogger } from '../../../kit/log.ts';
import type { FakeAnswer } from '../../remote/remote-server.fake.ts';
import { settled } from '../configured/configuration.ts';
import { FakeIssuer, fakeKey, jwk, signed } from './issuer.fake.ts';
import { ALL_ALGORITHMS } from './json-web-token.ts';
import { JwtAuthenticator } from './jwt-authenticator.ts';

const API = ['api'];

/** An issuer whose tokens say that groups are at the endpoint /groups of its own server, which `answers`. */
async function scene(t: TestContext, mappings: object = { groups: { claim: 'groups', prefix: 'g:' } }) {
  await loadPatterns();
  const issuer = await new FakeIssuer().start();
  const { url, server } = issuer;
  const answers = new Map<string, () => FakeAnswer>();
  issuer.answer = (path) => answers.get(path)?.();
  const username = { claim: 'sub', prefix: '' };
  const configured = {
    claimMappings: { username, ...mappings },
    issuer: { url, audiences: ['tiphys'], certificateAuthority: server.authority.ca },
  };
  const jwt = new JwtAuthenticator({ audiences: API, algorithms: ALL_ALGORITHMS, clock, log: silentLogger });
  await jwt.replace(settled({ jwt: [configured] }, []).issuers);
  t.after(async () => {
    jwt.close();
    await issuer.stop();
  });
  let count = 0;
  const token = (claims: object = {}, source: object = {}) =>
    issuer.token({
      jti: String(++count),
      _claim_names: { groups: 'src1', more: 'src2' },
      _claim_sources: { src1: { endpoint: `${url}/groups`, access_token: 'opaque', ...source } },
      ...claims,
    });
  const groups = async (text: string) => (await jwt.authenticate(text, API))?.user.groups;
  const refusal = async (text: string): Promise<string> => {
    const error = await Promise.resolve()
      .then(() => jwt.authenticate(text, API))
      .then(
        (found) => new Error(JSON.stringify(found)),
        (reason) => reason,
      );
    return error.message.replace(/^oidc: could not expand distributed claims: /, '');
  };
  const shows = (body: unknown, more: FakeAnswer = {}) =>
    answers.set('/groups', () => ({ ...more, body: body as string }));
  const asked = (path = '/groups') => server.requests.filter((one) => one.path === path);
  return { issuer, answers, token, groups, refusal, shows, asked, url };
}

test('groups that a token does not have are fetched with its access token', async (t) => {
  const { issuer, token, groups, shows, asked } = await scene(t);
  shows(`${issuer.token({ groups: ['a', 'b'] })}\n`);
  assert.deepEqual(await groups(token()), ['g:a', 'g:b', 'system:authenticated']);
  assert.equal(asked()[0]?.headers.authorization, 'Bearer opaque');
  shows(issuer.token({ groups: 'one' }));
  assert.deepEqual(await groups(token({}, { access_token: undefined })), ['g:one', 'system:authenticated']);
  assert.equal(asked()[1]?.headers.authorization, undefined);
});

test('they are not looked for if the token has them, does not say where they are, or nobody wants them', async (t) => {
  const one = await scene(t);
  const own = ['g:own', 'system:authenticated'];
  assert.deepEqual(await one.groups(one.token({ groups: ['own'] })), own);
  const none = ['system:authenticated'];
  for (const claims of [
    { _claim_names: undefined },
    { _claim_names: {} },
    { _claim_names: null },
    { _claim_names: { others: 'src1' } },
    { _claim_sources: { src1: { JWT: 'a.b.c' } } },
    { _claim_sources: { src1: null } },
  ])
    assert.deepEqual(await one.groups(one.token(claims)), none, JSON.stringify(claims));
  assert.equal(one.asked().length, 0);
  const two = await scene(t, { groups: { expression: '["x"]' } });
  assert.deepEqual(await two.groups(two.token()), ['x', ...none]);
  assert.equal(two.asked().length, 0);
});

test('tokens that contradict themselves, in upstream’s words', async (t) => {
  const { token, refusal, asked } = await scene(t);
  const names = 'oidc: error parsing distributed claim names: json: cannot unmarshal into a';
  const sources = 'oidc: could not parse claim sources: json: cannot unmarshal into a';
  for (const [claims, why] of [
    [{ _claim_sources: undefined }, 'oidc: no claim sources'],
    [{ _claim_names: 5 }, `${names}n object`],
    [{ _claim_names: { groups: {} } }, `${names} string`],
    [{ _claim_sources: [] }, `${sources}n object`],
    [{ _claim_sources: { src1: 'x' } }, `${sources}n object`],
    [{ _claim_sources: { src1: { endpoint: 5 } } }, `${sources} string`],
    [{ _claim_sources: {} }, 'id token _claim_names contained a source src1 missing in _claims_sources'],
    [
      { _claim_names: { groups: '__proto__' } },
      'id token _claim_names contained a source __proto__ missing in _claims_sources',
    ],
  ] as const)
    assert.equal(await refusal(token(claims)), why);
  assert.equal(asked().length, 0);
});

test('endpoints that answer whatever they like', async (t) => {
  const { issuer, answers, token, refusal, shows, url } = await scene(t);
  const during = 'while getting distributed claim "groups": ';
  shows('secret', { status: 404 });
  assert.equal(await refusal(token()), `${during}error while getting distributed claim JWT: 404 Not Found`);
  shows('x'.repeat(2 << 20));
  assert.equal(
    await refusal(token()),
    `${during}Get "${url}/groups": the document is longer than 1048576 bytes`,
  );
  const untrusted = `getting untrusted issuer from endpoint ${url}/groups failed for claim "groups": malformed token`;
  for (const body of ['', 'a.b', '{"groups":[]}', 'a.b.c', '<html>'.repeat(1000)]) {
    shows(body);
    assert.equal(await refusal(token()), untrusted);
  }
  shows(issuer.token({ roles: ['a'] }));
  assert.equal(
    await refusal(token()),
    `jwt returned by distributed claim endpoint "${url}/groups" did not contain claim: groups`,
  );
  const verifying = 'verify distributed claim token: ';
  shows(issuer.token({ groups: ['a'], aud: 'other' }));
  assert.equal(await refusal(token()), `${verifying}oidc: expected audience in ["tiphys"] got ["other"]`);
  shows(issuer.token({ groups: ['a'], exp: 5 }));
  assert.match(await refusal(token()), /^verify distributed claim token: oidc: token is expired/);
  shows(signed(fakeKey('k1'), issuer.claims({ groups: ['system:masters'] })));
  assert.equal(
    await refusal(token()),
    `${verifying}failed to verify signature: failed to verify id token signature`,
  );
  shows(signed(issuer.keys[0]!, issuer.claims({ groups: ['a'] }), { alg: 'none' }));
  assert.match(
    await refusal(token()),
    /^verify distributed claim token: oidc: id token signed with unsupported/,
  );
  for (const [endpoint, why] of [
    ['http://127.0.0.1:1/', 'Get "http://127.0.0.1:1/": only https is supported'],
    ['file:///etc/passwd', 'Get "file:///etc/passwd": only https is supported'],
    ['/groups', 'the endpoint is not a URL'],
    ['https://127.0.0.1:1/', 'Get "https://127.0.0.1:1/": dial tcp 127.0.0.1:1: connect: connection refused'],
  ] as const)
    assert.equal(await refusal(token({}, { endpoint })), during + why);
  assert.match(await refusal(token({}, { access_token: 'a\r\nX-Own: b' })), /^while getting .*header/);
  answers.set('/groups', () => ({ status: 302, headers: { location: `${url}/groups` } }));
  assert.equal(await refusal(token()), `${during}Get "${url}/groups": stopped after 5 redirects`);
});

test('an access token goes to no other host', async (t) => {
  const { issuer, answers, token, groups, asked, url } = await scene(t);
  // The same server under another name, which its certificate has, too.
  const other = url.replace('127.0.0.1', 'localhost');
  answers.set('/groups', () => ({ status: 307, headers: { location: `${other}/moved` } }));
  answers.set('/moved', () => ({ body: issuer.token({ groups: ['a'] }) }));
  assert.deepEqual(await groups(token()), ['g:a', 'system:authenticated']);
  assert.equal(asked()[0]?.headers.authorization, 'Bearer opaque');
  assert.deepEqual(
    asked('/moved').map(({ headers }) => headers.authorization),
    [undefined],
  );
});

test('the claim may be of another issuer, who must show its keys; few of these are remembered', async (t) => {
  const { issuer, answers, token, groups, refusal, shows, url } = await scene(t);
  const key = fakeKey('other');
  const from = (iss: string, more: object = {}) =>
    signed(key, issuer.claims({ iss, groups: ['a'], ...more }));
  const publish = (name: string) => {
    answers.set(`/${name}/.well-known/openid-configuration`, () => ({
      body: { issuer: `${url}/${name}`, jwks_uri: `${url}/${name}/keys` },
    }));
    answers.set(`/${name}/keys`, () => ({ body: { keys: [jwk(key)] } }));
  };
  publish('other');
  shows(from(`${url}/other`));
  assert.deepEqual(await groups(token()), ['g:a', 'system:authenticated']);
  for (const iss of ['http://127.0.0.1:1', 'x', '', `${url}/unknown`]) {
    shows(from(iss));
    assert.equal(
      await refusal(token()),
      `verifying untrusted issuer ${iss} failed: verifier not initialized for issuer: ${JSON.stringify(iss)}`,
    );
  }
  // The key of the other issuer is none of this one.
  shows(from(url));
  assert.match(await refusal(token()), /failed to verify id token signature$/);
  const looked = () =>
    issuer.server.requests.filter(({ path }) => path === '/other/.well-known/openid-configuration').length;
  for (let i = 0; i < 12; i++) {
    publish(`i${i}`);
    shows(from(`${url}/i${i}`));
    assert.deepEqual(await groups(token()), ['g:a', 'system:authenticated']);
  }
  assert.equal(looked(), 1);
  shows(from(`${url}/other`));
  assert.deepEqual(await groups(token()), ['g:a', 'system:authenticated']);
  assert.equal(looked(), 2);
});

test('an endpoint that does not answer makes nobody else wait', async (t) => {
  const { issuer, token, groups, refusal, shows } = await scene(t);
  const { promise, resolve } = Promise.withResolvers<FakeAnswer>();
  issuer.server.answer = (
    (before) => (request) =>
      request.path === '/slow' ? promise : before(request)
  )(issuer.server.answer);
  const endpoint = `${issuer.url}/slow`;
  const waiting = Array.from({ length: 200 }, () => refusal(token({}, { endpoint })));
  await clock.turn();
  assert.equal(await refusal(token()), 'too many claims are being fetched');
  shows(issuer.token({ groups: ['a'] }));
  assert.deepEqual(await groups(token({ groups: ['own'] })), ['g:own', 'system:authenticated']);
  resolve({ status: 500 });
  for (const why of await Promise.all(waiting)) assert.match(why, /500 Internal Server Error$/);
  assert.deepEqual(await groups(token()), ['g:a', 'system:authenticated']);
});
